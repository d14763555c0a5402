// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/installation.h"

#include "qmop/scaled_text.h"

#include <algorithm>

namespace qmop {

namespace {

CheckRow row(std::string topic, CheckState state, std::string finding, std::string advice = {})
{
    return {std::move(topic), state, std::move(finding), std::move(advice)};
}

CheckRow processorRow(const Installation &found)
{
    std::string sets = found.instructionSet;
    for (const auto &[has, name] : {std::pair{found.avx2, " avx2"},
                                    {found.avx512, " avx512"},
                                    {found.avx512Bf16, " avx512_bf16"},
                                    {found.amxBf16, " amx_bf16"}})
        if (has)
            sets += name;
    if (found.avx2 || found.avx512)
        return row("Processor", CheckState::Ok, sets);
    return row("Processor", CheckState::Warning, sets + ": no AVX2",
               "everything works, several times slower; use another machine for large models");
}

CheckRow threadsRow(const Installation &found)
{
    const std::string text = std::to_string(found.threads) + " of " + std::to_string(found.hardwareThreads);
    if (found.threads >= 1 && found.threads <= std::max(1, found.hardwareThreads))
        return row("Threads", CheckState::Ok, text);
    return row("Threads", CheckState::Warning, text, "set OMP_NUM_THREADS to at most the number of processors");
}

CheckRow graphicsRow(const Installation &found)
{
    if (found.gpuPlugin)
        return row("Graphics card", CheckState::Ok, "plug-in " + found.gpuPlugin->filename().string());
    return row("Graphics card", CheckState::Ok, "no plug-in: the processor computes");
}

std::uint64_t memoryNeed(const InstalledModel &model)
{
    std::uint64_t compressor = 0; // one at a time
    for (const InstalledCheckpoint &each : model.compressors)
        compressor = std::max(compressor, each.float32Bytes);
    return (model.base ? model.base->float32Bytes : 0) + compressor;
}

CheckRow memoryRow(const Installation &found)
{
    const std::uint64_t need = memoryNeed(found.model);
    if (found.memoryTotal == 0)
        return row("Memory", CheckState::Warning, "how much there is cannot be told",
                   "the model's weights need " + bytesText(double(need)));
    const std::string text = bytesText(double(found.memoryFree)) + " free of " + bytesText(double(found.memoryTotal))
        + "; the model's weights need " + bytesText(double(need));
    // Activations, caches and the picture need about as much again for small models.
    if (need > found.memoryTotal)
        return row("Memory", CheckState::Problem, text, "choose a smaller model, or a machine with more memory");
    if (need + need / 4 > found.memoryFree)
        return row("Memory", CheckState::Warning, text, "close other programs before loading the model");
    return row("Memory", CheckState::Ok, text);
}

CheckRow modelRow(const InstalledModel &model)
{
    if (!model.found)
        return row("Model", CheckState::Problem,
                   model.problem.empty() ? model.folder.string() + ": no config.json" : model.problem,
                   "choose a checkpoint folder, or install the program again");
    if (!model.problem.empty())
        return row("Model", CheckState::Problem, model.problem, "restore the folder from where it came");
    std::string text = model.base->name + " in " + model.folder.string();
    for (const InstalledCheckpoint &each : model.compressors)
        text += (&each == &model.compressors.front() ? ", M = " : ", ") + std::to_string(each.budget.value_or(0));
    if (model.compressors.empty())
        return row("Model", CheckState::Warning, text + ": no trained compressor",
                   "only pruning and no compression are possible; train with qmop train");
    return row("Model", CheckState::Ok, text);
}

CheckRow weightsRow(const InstalledModel &model)
{
    std::vector<const InstalledCheckpoint *> all;
    if (model.base)
        all.push_back(&*model.base);
    for (const InstalledCheckpoint &each : model.compressors)
        all.push_back(&each);
    std::string text, unnamed;
    for (const InstalledCheckpoint *each : all)
        for (const InstalledFile &file : each->files) {
            const std::string name
                = each == all.front() ? file.name : each->folder.filename().string() + "/" + file.name;
            text
                += (text.empty() ? "" : "; ") + name + ", " + bytesText(double(file.bytes)) + ", sha256 " + file.sha256;
            if (!file.inReadme)
                unnamed += (unnamed.empty() ? "" : ", ") + name;
        }
    if (text.empty())
        return row("Weights", CheckState::Problem, "none", "install the model again");
    if (!model.hasCard)
        return row("Weights", CheckState::Warning, text,
                   "there is no model card (README.md) to hold the hashes against");
    if (!unnamed.empty())
        return row("Weights", CheckState::Warning, text,
                   "the model card names other hashes than that of " + unnamed
                       + ": the weights were replaced or damaged; install the model again if you did not");
    return row("Weights", CheckState::Ok, text + "; as the model card says");
}

CheckRow suiteRow(const InstalledSuite &suite)
{
    const std::string topic = "Suite " + suite.folder.filename().string();
    if (!suite.problem.empty())
        return row(topic, CheckState::Problem, suite.problem, "restore the suite's folder");
    const std::string text
        = "version " + suite.version + ", " + std::to_string(suite.samples) + " questions, sha256 " + suite.file.sha256;
    if (suite.missingPictures > 0)
        return row(topic, CheckState::Problem, text + "; pictures missing: " + std::to_string(suite.missingPictures),
                   "restore the suite's folder");
    if (suite.hasReadme && !suite.file.inReadme)
        return row(topic, CheckState::Warning, text, "its README names another hash: scores cannot be compared");
    return row(topic, CheckState::Ok, suite.hasReadme ? text + "; as its README says" : text);
}

CheckRow resourcesRow(const Installation &found)
{
    if (found.missingResources.empty())
        return row("Resources", CheckState::Ok, found.resources.string());
    std::string missing;
    for (const std::string &each : found.missingResources)
        missing += (missing.empty() ? "" : ", ") + each;
    return row("Resources", CheckState::Problem, found.resources.string() + ": missing " + missing,
               "install the program again, or set QMOP_RESOURCES to the folder");
}

CheckRow journalRow(const InstalledJournal &journal)
{
    const std::string text = journal.file.string() + ", " + bytesText(double(journal.freeBytes)) + " free on its disk";
    if (!journal.writable)
        return row("History", CheckState::Problem, journal.file.string() + " cannot be written",
                   "runs are shown but not kept; make its folder writable");
    constexpr std::uint64_t little = 64ULL << 20; // some hundred runs
    if (journal.freeBytes < little)
        return row("History", CheckState::Warning, text, "make room: runs that do not fit are not kept");
    return row("History", CheckState::Ok, text);
}

}

std::string_view checkStateKey(CheckState state)
{
    switch (state) {
    case CheckState::Ok:
        return "ok";
    case CheckState::Warning:
        return "warning";
    case CheckState::Problem:
        return "problem";
    }
    return {};
}

std::vector<CheckRow> checkRows(const Installation &found)
{
    std::vector<CheckRow> rows;
    rows.push_back(row("Version", CheckState::Ok, "QMoP Explorer " + found.version + ", LibTorch " + found.libtorch));
    rows.push_back(processorRow(found));
    rows.push_back(threadsRow(found));
    rows.push_back(graphicsRow(found));
    rows.push_back(memoryRow(found));
    rows.push_back(modelRow(found.model));
    if (found.model.found && found.model.problem.empty())
        rows.push_back(weightsRow(found.model));
    for (const InstalledSuite &suite : found.suites)
        rows.push_back(suiteRow(suite));
    if (found.suites.empty())
        rows.push_back(row("Suites", CheckState::Warning, "none", "the panel VTCBench stays empty"));
    rows.push_back(resourcesRow(found));
    if (!found.journal.file.empty())
        rows.push_back(journalRow(found.journal));
    return rows;
}

std::string checkText(const std::vector<CheckRow> &rows)
{
    std::size_t wide = 0;
    for (const CheckRow &each : rows)
        wide = std::max(wide, each.topic.size());
    std::string text;
    for (const CheckRow &each : rows) {
        std::string state(checkStateKey(each.state));
        state.resize(9, ' ');
        text += state + each.topic + std::string(wide + 2 - each.topic.size(), ' ') + each.finding + "\n";
        if (!each.advice.empty())
            text += std::string(9 + wide + 2, ' ') + "-> " + each.advice + "\n";
    }
    return text;
}

} // namespace qmop

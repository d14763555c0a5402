// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_command.h"

#include "app/cli/engine_session.h"
#include "app/cli/progress_line.h"
#include "app/cli/request_options.h"
#include "core/pipeline/pipeline.h"
#include "core/store/trace_json.h"
#include "core/vtcbench/bench_request.h"
#include "core/vtcbench/conversation_suite.h"
#include "core/vtcbench/report.h"
#include "core/vtcbench/runner.h"
#include "core/vtcbench/suite_file.h"
#include "models/checkpoint/model_config.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/resources.h"
#include "qmop/sweep.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace qmop {

namespace {

constexpr int budgetWithoutQmop = 64; // of a checkpoint that holds no trained QMoP

// Worth a line where lines are not rewritten: every tenth of the work.
void showAnswers(ProgressLine &line, const BenchProgress &progress, std::chrono::steady_clock::time_point start)
{
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double left = elapsed / progress.done * (progress.total - progress.done);
    line.show(std::to_string(progress.done) + " of " + std::to_string(progress.total) + " answers, "
                  + progress.point->compressor + ", about " + std::to_string(int(left + 0.5)) + " s left",
              std::to_string(10 * progress.done / progress.total));
}

}

std::filesystem::path findSuite(const std::string &name)
{
    std::error_code failed;
    if (std::filesystem::exists(name, failed))
        return name;
    const std::filesystem::path shipped = resourceDir() / "suites";
    if (std::filesystem::exists(shipped / name / "suite.json", failed))
        return shipped / name;
    std::set<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(shipped, failed))
        if (std::filesystem::exists(entry.path() / "suite.json", failed))
            names.insert(entry.path().filename().string());
    std::string list;
    for (const std::string &known : names)
        list += (list.empty() ? "" : ", ") + known;
    throw Error(ErrorCode::InvalidSuite, "there is no suite " + name,
                list.empty() ? "name a suite's folder" : "name a suite's folder, or one that ships: " + list);
}

namespace {

struct OpenedSuite {
    Suite suite;
    std::filesystem::path folder; // that its pictures are below
    bool hasDimensions = true;
};

OpenedSuite openSuite(const BenchOptions &options)
{
    const std::filesystem::path path = findSuite(options.suite);
    const bool own = !options.pictures.empty() || isConversationFile(path);
    const std::filesystem::path folder
        = options.pictures.empty() ? suiteFolder(path) : std::filesystem::path(options.pictures);
    if (!own)
        return {loadSuite(path), folder};
    ConversationSuite suite = loadConversationSuite(path, folder);
    return {std::move(suite.suite), folder, suite.hasDimensions};
}

std::vector<int> defaultBudgets(const std::filesystem::path &model)
{
    std::vector<int> budgets = trainedBudgets(model);
    return budgets.empty() ? std::vector<int>{budgetWithoutQmop} : budgets;
}

// What would end the benchmark late is left out before its first question.
std::vector<BenchPoint> possiblePoints(const BenchOptions &options, const std::filesystem::path &model)
{
    const int patches = readModelConfig(model).vision.patchCount();
    const std::vector<int> trained = trainedBudgets(model);
    const std::vector<int> budgets = options.budgets.empty() ? defaultBudgets(model) : options.budgets;
    std::vector<BenchPoint> points = benchPoints(options.compressors, budgets);
    std::erase_if(points, [&](const BenchPoint &point) {
        return !budgetObstacle(point.compressor, point.budget, trained, patches).empty();
    });
    const std::vector<std::string> leftOut = leftOutLines(options.compressors, budgets, trained, patches);
    if (points.empty())
        throw Error(ErrorCode::InvalidArgument, "nothing is left to score: " + leftOut.front(),
                    "choose another budget or compressor");
    for (const std::string &line : leftOut)
        std::cerr << options.common.signature << ": left out: " << line << "\n";
    return points;
}

// One object per answer, in the order of the suite.
std::string answersText(const Suite &suite, const BenchReport &report, bool hasDimensions)
{
    std::string text;
    for (std::size_t i = 0; i < suite.samples.size(); ++i) {
        for (const BenchRun &run : report.runs) {
            const SampleResult &result = run.results[i];
            nlohmann::ordered_json line{
                {"id", suite.samples[i].id},  {"dimension", nullptr},    {"compressor", run.point.compressor},
                {"budget", run.point.budget}, {"answer", result.answer}, {"expected", suite.samples[i].answers},
                {"score", run.scores[i]}};
            if (run.point.budget == 0) // the compressor has no choice
                line["budget"] = nullptr;
            if (hasDimensions)
                line["dimension"] = std::string(dimensionKey(suite.samples[i].dimension));
            if (result.alpha)
                for (Branch branch : allBranches)
                    line["alpha"][std::string(branchKey(branch))] = (*result.alpha)[branch];
            text += toText(line, -1) + "\n";
        }
    }
    return text;
}

}

int runBench(const BenchOptions &options)
{
    const RunRequest asked = options.common.request();
    const auto [suite, folder, hasDimensions] = openSuite(options);
    const EngineConfig config = options.common.engineConfig();
    const auto points = possiblePoints(options, config.defaultModel);
    std::optional<AtomicFile> answersFile;
    if (!options.answersFile.empty())
        answersFile.emplace(options.answersFile);

    EngineSession session(config);
    ProgressLine progress(options.common.progress);
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t id = 0;
    BenchReport report;
    std::string model;
    try {
        report = runSuite(
            suite, points,
            [&](const SuiteSample &sample, const std::string &compressor, int budget) {
                if (session.stopped())
                    throw Error(ErrorCode::Cancelled, "the benchmark was cancelled");
                RunRequest request = benchRequest(asked, folder, sample, {compressor, budget});
                request.id = ++id;
                const auto trace = session.run(std::move(request));
                model = trace->environment.modelName;
                return sampleResult(*trace);
            },
            [&](const BenchProgress &state) { showAnswers(progress, state, start); });
    } catch (...) {
        progress.clear();
        throw;
    }
    progress.clear();
    // Without dimensions there is nothing to say of each.
    for (BenchRun &run : report.runs)
        if (!hasDimensions) {
            run.score.dimensions = {};
            run.routing = {};
        }
    report.model = model;
    report.fusion = asked.fusion;
    report.fusionThreshold = asked.fusionThreshold;
    // First: a disk that has filled up meanwhile takes the answers alone.
    std::cout << (options.json ? reportText(report) : reportTable(report)) << std::flush;
    if (answersFile) {
        answersFile->write(answersText(suite, report, hasDimensions));
        answersFile->commit();
    }
    return 0;
}

void BenchOptions::addTo(CLI::App &command)
{
    command.footer("Scores are percent per dimension (GU SC RC SE LD) and sample-weighted on average, with a 95 % "
                   "bootstrap interval. Progress goes to standard error. Ctrl+C cancels.");
    command
        .add_option("--compressors", compressors,
                    "Separated by commas: none (all visual tokens), qmop, pool, resample, prune, avgpool and "
                    "cls-prune (no training), blind (no visual tokens: the floor)")
        ->delimiter(',')
        ->check(CLI::IsMember(compressorNames))
        ->capture_default_str();
    command
        .add_option("--budgets", budgets,
                    "Visual tokens M, separated by commas (default: all that the checkpoint was trained for)")
        ->delimiter(',')
        ->check(CLI::Range(1, 1 << 20));
    command.add_flag("--json", json, "Print the report as JSON");
    command.add_option("--answers", answersFile, "Write every answer to this file, one JSON object a line");
    common.addTo(command);
}

void addBenchCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<BenchOptions>();
    CLI::App *command = app.add_subcommand("bench", "Score a suite under several compressors and budgets");
    command
        ->add_option("SUITE", options->suite,
                     "Folder of a suite, its suite.json, the name of a shipped suite, or a JSON file of your own "
                     "questions in LLaVA's format")
        ->required();
    command->add_option("--pictures", options->pictures,
                        "Folder of the pictures that your own questions name (default: the file's)");
    options->addTo(*command);
    command->callback([options, &exitCode] { exitCode = runBench(*options); });
}

} // namespace qmop

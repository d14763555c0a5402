// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_command.h"

#include "app/cli/engine_session.h"
#include "app/cli/override_options.h"
#include "app/cli/progress_line.h"
#include "app/cli/request_options.h"
#include "core/store/trace_json.h"
#include "qmop/atomic_file.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

struct RunOptions {
    std::string image;
    std::vector<std::string> questions;
    std::string compressor = "qmop";
    int budget = 64;
    std::string traceFile;
    bool compare = false;
    OverrideOptions changes;
    TargetOptions scored;
    RequestOptions common;
};

void showStage(ProgressLine &line, const RunEvent &event)
{
    const auto *progress = std::get_if<StageProgress>(&event.payload);
    if (!progress)
        return;
    std::string text = progress->stage;
    if (progress->total > 0)
        text += " " + std::to_string(100 * progress->done / progress->total) + " %";
    line.show(text, progress->stage);
}

RunRequest makeRequest(const RunOptions &options, const std::string &question, std::uint64_t id)
{
    RunRequest request = options.common.request();
    request.id = id;
    request.image.path = options.image;
    request.question = question;
    request.compressor = options.compressor;
    request.budget = options.budget;
    request.trace = options.traceFile.empty() ? TraceLevel::Answer : TraceLevel::Full;
    request.withUncompressed = options.compare;
    request.overrides = options.changes.overrides();
    request.score = options.scored.target();
    return request;
}

// Beside a scored answer: what it has without the changes, from a run of its own.
json runAndCompare(EngineSession &session, const RunRequest &request, std::shared_ptr<const RunTrace> &trace)
{
    std::optional<double> original;
    if (request.score) {
        RunRequest plain = request;
        plain.overrides = {};
        original = session.run(std::move(plain))->score->logProbability;
    }
    trace = session.run(request);
    json summary = runSummary(*trace);
    if (original) {
        summary["score"]["original_log_probability"] = *original;
        summary["score"]["change"] = trace->score->logProbability - *original;
    }
    return summary;
}

// One question: its object. Several: an array, in the order they were asked.
std::string documentText(const std::vector<json> &runs, bool asArray)
{
    return toText(asArray ? json(runs) : runs.front()) + "\n";
}

int runQuestions(const RunOptions &options)
{
    // Opened first: a place that cannot be written to is known before the work.
    std::optional<AtomicFile> traceFile;
    if (!options.traceFile.empty())
        traceFile.emplace(options.traceFile);
    ProgressLine progress(options.common.progress);
    EngineSession session(options.common.engineConfig(),
                          [&progress](const RunEvent &event) { showStage(progress, event); });

    std::vector<json> summaries;
    std::vector<json> traces;
    const bool asArray = options.questions.size() > 1;
    try {
        for (std::size_t i = 0; i < options.questions.size(); ++i) {
            std::shared_ptr<const RunTrace> trace;
            summaries.push_back(runAndCompare(session, makeRequest(options, options.questions[i], i + 1), trace));
            if (traceFile)
                traces.push_back(runTraceJson(*trace));
        }
    } catch (...) {
        progress.clear();
        // Answers that are there are not lost with the question that failed.
        if (!summaries.empty())
            std::cout << documentText(summaries, asArray) << std::flush;
        throw;
    }
    progress.clear();
    if (traceFile) {
        traceFile->write(documentText(traces, asArray));
        traceFile->commit();
    }
    std::cout << documentText(summaries, asArray) << std::flush;
    return 0;
}

}

void addRunCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<RunOptions>();
    CLI::App *command = app.add_subcommand("run", "Answer questions about a picture; prints JSON");
    command->footer("One question prints one JSON object, several print an array of them; the picture is encoded once "
                    "(vision_passes is 0 from the second question on). Progress goes to standard error. "
                    "Ctrl+C cancels.");
    command->add_option("IMAGE", options->image, "PNG, JPEG, WebP, BMP or TIFF")->required();
    command->add_option("QUESTION", options->questions, "Question in UTF-8; may be repeated")->required();
    command
        ->add_option("--compressor", options->compressor,
                     "none: all visual tokens; qmop: the router decides; pool, resample, prune: this branch alone; "
                     "blind: no visual tokens")
        ->check(CLI::IsMember(compressorNames))
        ->capture_default_str();
    command->add_option("--budget", options->budget, "Visual tokens M after compression")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command->add_option("--trace", options->traceFile, "Write the whole trace (scores, maps, provenance) to this file");
    command->add_flag("--compare", options->compare, "Also answer with all visual tokens");
    options->common.addTo(*command);
    options->scored.addTo(*command, "--score", "whose log-probability is printed, and its change by the options below");
    options->changes.addTo(*command);
    command->callback([options, &exitCode] { exitCode = runQuestions(*options); });
}

} // namespace qmop

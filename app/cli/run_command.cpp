// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_command.h"

#include "app/cli/engine_session.h"
#include "app/cli/progress_line.h"
#include "app/cli/run_options.h"
#include "core/store/session_appender.h"
#include "core/store/trace_json.h"
#include "qmop/atomic_file.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

struct RunCommand {
    RunOptions run;
    std::string traceFile;
    std::string sessionFile;
    bool attention = false;
    AttentionChoice attended;
};

void showStage(ProgressLine &line, const StageProgress &progress)
{
    std::string text = progress.stage;
    if (progress.total > 0)
        text += " " + std::to_string(100 * progress.done / progress.total) + " %";
    line.show(text, progress.stage);
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

int runQuestions(const RunCommand &command)
{
    const RunOptions &options = command.run;
    // Opened first: a place that cannot be written to is known before the work.
    std::optional<AtomicFile> traceFile;
    if (!command.traceFile.empty())
        traceFile.emplace(command.traceFile);
    std::optional<SessionAppender> sessionFile;
    if (!command.sessionFile.empty())
        sessionFile.emplace(command.sessionFile);
    ProgressLine progress(options.common.progress);
    EngineSession session(options.common.engineConfig(),
                          [&progress](const StageProgress &stage) { showStage(progress, stage); });

    std::vector<json> summaries;
    std::vector<json> traces;
    const bool asArray = options.questions.size() > 1;
    try {
        for (std::size_t i = 0; i < options.questions.size(); ++i) {
            std::shared_ptr<const RunTrace> trace;
            RunRequest request = options.request(options.questions[i], i + 1);
            request.trace = traceFile || sessionFile ? TraceLevel::Full : TraceLevel::Answer;
            if (command.attention)
                request.answerAttention = command.attended;
            summaries.push_back(runAndCompare(session, request, trace));
            if (traceFile)
                traces.push_back(runTraceJson(*trace));
            if (sessionFile && !sessionFile->add(*trace, request.image)) {
                progress.clear();
                std::cerr << options.common.signature << ": " << options.image
                          << " has changed meanwhile: the session keeps a small copy of it\n";
            }
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
    auto options = std::make_shared<RunCommand>();
    CLI::App *command = app.add_subcommand("run", "Answer questions about a picture; prints JSON");
    command->footer("One question prints one JSON object, several print an array of them; the picture is encoded once "
                    "(vision_passes is 0 from the second question on). Progress goes to standard error. "
                    "Ctrl+C cancels.");
    command->add_option("--trace", options->traceFile, "Write the whole trace (scores, maps, provenance) to this file");
    command->add_option("--session", options->sessionFile,
                        "Add each run, whole, to this session (.qmops) for the window; made where there is none");
    CLI::Option *attention = command->add_flag("--answer-attention", options->attention,
                                               "Also say which patches each token of the answer attended to");
    command
        ->add_option("--attention-layer", options->attended.layer,
                     "Of which layer of the decoder, from 0; -1 is the last, -2 the one before")
        ->needs(attention)
        ->capture_default_str();
    command->add_option("--attention-head", options->attended.head, "Of which head; -1 is the mean over all heads")
        ->needs(attention)
        ->capture_default_str();
    options->run.addTo(*command);
    command->callback([options, &exitCode] { exitCode = runQuestions(*options); });
}

} // namespace qmop

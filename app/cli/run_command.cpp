// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_command.h"

#include "app/cli/engine_session.h"
#include "core/pipeline/trace_json.h"
#include "qmop/atomic_file.h"
#include "qmop/resources.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

struct RunOptions {
    std::string image;
    std::vector<std::string> questions;
    std::string compressor = "qmop";
    int budget = 64;
    std::string fusion = "top2";
    double threshold = 0.25;
    std::string traceFile;
    std::string model;
    int maxTokens = 16;
    int threads = 0;
    bool compare = false;
    bool progress = false;
};

// Progress on standard error: one line that is rewritten on a terminal, one
// line per stage where --progress asks for it, otherwise nothing.
class ProgressLine {
public:
    explicit ProgressLine(bool always)
        : m_rewrites(::isatty(STDERR_FILENO))
        , m_shown(m_rewrites || always)
    {
    }

    void show(const RunEvent &event)
    {
        const auto *progress = std::get_if<StageProgress>(&event.payload);
        if (!m_shown || !progress)
            return;
        std::string text = progress->stage;
        if (progress->total > 0)
            text += " " + std::to_string(100 * progress->done / progress->total) + " %";
        if (m_rewrites)
            std::cerr << "\r\033[K" << text << std::flush;
        else if (progress->stage != m_stage)
            std::cerr << progress->stage << "\n";
        m_stage = progress->stage;
    }

    void clear()
    {
        if (m_rewrites)
            std::cerr << "\r\033[K" << std::flush;
    }

private:
    bool m_rewrites;
    bool m_shown;
    std::string m_stage;
};

RunRequest makeRequest(const RunOptions &options, const std::string &question, std::uint64_t id)
{
    RunRequest request;
    request.id = id;
    request.image.path = options.image;
    request.question = question;
    request.model = options.model;
    request.compressor = options.compressor;
    request.budget = options.budget;
    request.fusion = *fusionFromKey(options.fusion);
    request.fusionThreshold = options.threshold;
    request.decode.maxNewTokens = options.maxTokens;
    request.trace = options.traceFile.empty() ? TraceLevel::Answer : TraceLevel::Full;
    request.withUncompressed = options.compare;
    return request;
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
    ProgressLine progress(options.progress);
    EngineConfig config;
    config.defaultModel = defaultModelDir();
    config.threads = options.threads;
    EngineSession session(config, [&progress](const RunEvent &event) { progress.show(event); });

    std::vector<json> summaries;
    std::vector<json> traces;
    const bool asArray = options.questions.size() > 1;
    try {
        for (std::size_t i = 0; i < options.questions.size(); ++i) {
            const auto trace = session.run(makeRequest(options, options.questions[i], i + 1));
            summaries.push_back(runSummary(*trace));
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
    if (!std::cout)
        throw Error(ErrorCode::OutputFailed, "standard output: cannot be written", "free some space or check the pipe");
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
        ->check(CLI::IsMember({"none", "qmop", "pool", "resample", "prune", "blind"}))
        ->capture_default_str();
    command->add_option("--budget", options->budget, "Visual tokens M after compression")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command
        ->add_option("--fusion", options->fusion,
                     "Which branches of qmop run: the two highest, all above a threshold, all")
        ->check(CLI::IsMember({"top2", "threshold", "soft"}))
        ->capture_default_str();
    command->add_option("--threshold", options->threshold, "Routing weight that --fusion threshold asks for")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--trace", options->traceFile, "Write the whole trace (scores, maps, provenance) to this file");
    command->add_option("--model", options->model, "Checkpoint folder (default: the embedded model)");
    command->add_option("--max-tokens", options->maxTokens, "Longest answer in tokens")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command->add_option("--threads", options->threads, "Threads for the networks (default: chosen from the machine)")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--compare", options->compare, "Also answer with all visual tokens");
    command->add_flag("--progress", options->progress, "Print stages on standard error when it is not a terminal, too");
    command->callback([options, &exitCode] { exitCode = runQuestions(*options); });
}

} // namespace qmop

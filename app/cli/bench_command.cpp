// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_command.h"

#include "app/cli/engine_session.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/trace_json.h"
#include "core/vtcbench/report.h"
#include "core/vtcbench/runner.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/resources.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace qmop {

namespace {

constexpr int budgetWithoutQmop = 64; // of a checkpoint that holds no trained QMoP

struct BenchOptions {
    std::string suite;
    std::vector<std::string> compressors{"blind", "none", "qmop", "pool", "resample", "prune"};
    std::vector<int> budgets;
    std::string fusion = "top2";
    double threshold = 0.25;
    std::string model;
    std::string answersFile;
    int maxTokens = 16;
    int threads = 0;
    bool json = false;
    bool progress = false;
};

// Standard error: a line that is rewritten on a terminal; elsewhere, where
// --progress asks for it, a line for every tenth of the work.
class ProgressLine {
public:
    explicit ProgressLine(bool asked)
        : m_rewrites(::isatty(STDERR_FILENO))
        , m_asked(asked)
        , m_start(std::chrono::steady_clock::now())
    {
    }

    void show(const BenchProgress &progress)
    {
        const int tenth = 10 * progress.done / progress.total;
        if (!m_rewrites && (!m_asked || tenth == m_tenth))
            return;
        m_tenth = tenth;
        const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
        const double left = elapsed / progress.done * (progress.total - progress.done);
        std::cerr << (m_rewrites ? "\r\033[K" : "") << progress.done << " of " << progress.total << " answers, "
                  << progress.point->compressor << ", about " << int(left + 0.5) << " s left"
                  << (m_rewrites ? "" : "\n") << std::flush;
    }

    void clear()
    {
        if (m_rewrites)
            std::cerr << "\r\033[K" << std::flush;
    }

private:
    bool m_rewrites;
    bool m_asked;
    int m_tenth = 0;
    std::chrono::steady_clock::time_point m_start;
};

// A path, or the name of a suite that ships with the programs.
std::filesystem::path findSuite(const std::string &name)
{
    if (std::filesystem::exists(name))
        return name;
    const std::filesystem::path shipped = resourceDir() / "suites" / name;
    return std::filesystem::exists(shipped) ? shipped : std::filesystem::path(name);
}

std::vector<int> defaultBudgets(const std::filesystem::path &model)
{
    std::vector<int> budgets = trainedBudgets(model);
    return budgets.empty() ? std::vector<int>{budgetWithoutQmop} : budgets;
}

RunRequest makeRequest(const BenchOptions &options, const std::filesystem::path &folder, const SuiteSample &sample,
                       const std::string &compressor, int budget)
{
    RunRequest request;
    request.image.path = folder / sample.image;
    request.question = sample.question;
    request.model = options.model;
    request.compressor = compressor;
    if (budget > 0)
        request.budget = budget;
    request.fusion = *fusionFromKey(options.fusion);
    request.fusionThreshold = options.threshold;
    request.decode.maxNewTokens = options.maxTokens;
    request.decode.topK = 1;
    return request;
}

SampleResult resultOf(const RunTrace &trace)
{
    SampleResult result;
    result.answer = trace.answer.text;
    if (!trace.routing)
        return result;
    result.active = trace.routing->active;
    if (!trace.routing->forced) // a forced branch says nothing about the router
        result.alpha = trace.routing->alpha;
    return result;
}

// One object per answer, in the order of the suite.
std::string answersText(const Suite &suite, const BenchReport &report)
{
    std::string text;
    for (std::size_t i = 0; i < suite.samples.size(); ++i) {
        for (const BenchRun &run : report.runs) {
            const SampleResult &result = run.results[i];
            nlohmann::ordered_json line{{"id", suite.samples[i].id},
                                        {"dimension", std::string(dimensionKey(suite.samples[i].dimension))},
                                        {"compressor", run.point.compressor},
                                        {"budget", run.point.budget},
                                        {"answer", result.answer},
                                        {"expected", suite.samples[i].answers},
                                        {"score", run.scores[i]}};
            if (result.alpha)
                for (Branch branch : allBranches)
                    line["alpha"][std::string(branchKey(branch))] = (*result.alpha)[branch];
            text += toText(line, -1) + "\n";
        }
    }
    return text;
}

int runBench(const BenchOptions &options)
{
    const std::filesystem::path path = findSuite(options.suite);
    const Suite suite = loadSuite(path);
    const std::filesystem::path folder = suiteFolder(path);
    const std::filesystem::path model
        = options.model.empty() ? defaultModelDir() : std::filesystem::path(options.model);
    const auto points
        = benchPoints(options.compressors, options.budgets.empty() ? defaultBudgets(model) : options.budgets);

    EngineConfig config;
    config.defaultModel = model;
    config.threads = options.threads;
    EngineSession session(config, [](const RunEvent &) {});
    ProgressLine progress(options.progress);
    std::uint64_t id = 0;
    BenchReport report;
    try {
        report = runSuite(
            suite, points,
            [&](const SuiteSample &sample, const std::string &compressor, int budget) {
                RunRequest request = makeRequest(options, folder, sample, compressor, budget);
                request.id = ++id;
                return resultOf(*session.run(std::move(request)));
            },
            [&progress](const BenchProgress &state) { progress.show(state); });
    } catch (...) {
        progress.clear();
        throw;
    }
    progress.clear();
    if (!options.answersFile.empty())
        writeFileAtomically(options.answersFile, answersText(suite, report));
    std::cout << (options.json ? toText(reportJson(report)) + "\n" : reportTable(report)) << std::flush;
    if (!std::cout)
        throw Error(ErrorCode::OutputFailed, "standard output: cannot be written", "free some space or check the pipe");
    return 0;
}

}

void addBenchCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<BenchOptions>();
    CLI::App *command = app.add_subcommand("bench", "Score a suite under several compressors and budgets");
    command->footer("Scores are percent per dimension (GU SC RC SE LD) and sample-weighted on average, with a 95 % "
                    "bootstrap interval. Progress goes to standard error. Ctrl+C cancels.");
    command->add_option("SUITE", options->suite, "Folder of a suite, its suite.json, or the name of a shipped suite")
        ->required();
    command
        ->add_option("--compressors", options->compressors,
                     "Separated by commas: none (all visual tokens), qmop, pool, resample, prune, blind (no visual "
                     "tokens: the floor)")
        ->delimiter(',')
        ->check(CLI::IsMember({"none", "qmop", "pool", "resample", "prune", "blind"}))
        ->capture_default_str();
    command
        ->add_option("--budgets", options->budgets,
                     "Visual tokens M, separated by commas (default: all that the checkpoint was trained for)")
        ->delimiter(',')
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--fusion", options->fusion, "Which branches of qmop run")
        ->check(CLI::IsMember({"top2", "threshold", "soft"}))
        ->capture_default_str();
    command->add_option("--threshold", options->threshold, "Routing weight that --fusion threshold asks for")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the report as JSON");
    command->add_option("--answers", options->answersFile, "Write every answer to this file, one JSON object a line");
    command->add_option("--model", options->model, "Checkpoint folder (default: the embedded model)");
    command->add_option("--max-tokens", options->maxTokens, "Longest answer in tokens")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command->add_option("--threads", options->threads, "Threads for the networks (default: chosen from the machine)")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--progress", options->progress, "Report progress when standard error is no terminal, too");
    command->callback([options, &exitCode] { exitCode = runBench(*options); });
}

} // namespace qmop

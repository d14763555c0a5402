// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_command.h"

#include "app/cli/engine_session.h"
#include "app/cli/override_options.h"
#include "app/cli/progress_line.h"
#include "app/cli/request_options.h"
#include "app/cli/sweep_report.h"
#include "core/pipeline/pipeline.h"
#include "core/store/trace_json.h"
#include "models/checkpoint/model_config.h"
#include "qmop/error.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace qmop {

namespace {

struct SweepOptions {
    std::string image;
    std::vector<std::string> questions;
    std::vector<std::string> compressors{"qmop", "pool", "resample", "prune"};
    std::vector<int> budgets;
    std::string compressor = "qmop"; // of a sweep over questions
    int budget = 64;
    bool json = false;
    OverrideOptions changes;
    TargetOptions target;
    RequestOptions common;
};

// Runs one request after the other and says how far it is.
class Runner {
public:
    Runner(const RequestOptions &common, std::size_t total)
        : m_line(common.progress)
        , m_session(common.engineConfig())
        , m_total(total)
    {
    }
    ~Runner() { m_line.clear(); }

    std::shared_ptr<const RunTrace> run(RunRequest request, const std::string &what)
    {
        request.id = ++m_done;
        const std::string text = "run " + std::to_string(m_done) + " of " + std::to_string(m_total) + ": " + what;
        m_line.show(text, text);
        return m_session.run(std::move(request));
    }

private:
    ProgressLine m_line;
    EngineSession m_session;
    std::size_t m_total;
    std::size_t m_done = 0;
};

RunRequest baseRequest(const SweepOptions &options, const std::string &question)
{
    RunRequest request = options.common.request();
    request.image.path = options.image;
    request.question = question;
    return request;
}

int sweepOverBudgets(const SweepOptions &options)
{
    const std::filesystem::path folder = options.common.engineConfig().defaultModel;
    const int patches = readModelConfig(folder).vision.patchCount();
    const std::vector<int> trained = trainedBudgets(folder);
    const std::vector<int> budgets = options.budgets.empty() ? sweepBudgets(trained, patches) : options.budgets;
    std::vector<SweepPoint> points = sweepPoints(options.compressors, budgets, trained, patches);
    if (!options.budgets.empty()) // the model's own list suits no compressor throughout
        for (const std::string &line : leftOutLines(options.compressors, budgets, trained, patches))
            std::cerr << options.common.signature << ": left out: " << line << "\n";
    if (points.empty())
        throw Error(ErrorCode::InvalidArgument, "no compressor can make any of these budgets",
                    trained.empty() ? "choose the compressor cls-prune or avgpool"
                                    : "ask for M = " + std::to_string(trained.front()));
    std::erase(points, SweepPoint{"none", 0, 0}); // asked first, of every sweep
    Runner runner(options.common, points.size() + 1);
    RunRequest base = baseRequest(options, options.questions.front());
    base.compressor = "none";
    base.score = options.target.target();
    SweepReport report;
    auto trace = runner.run(base, "none");
    report.reference = sweepCell({"none", 0, 0}, *trace, trace->answer.text);
    if (!base.score) {
        base.score = targetOf(trace->answer);
        report.reference.logProbability = trace->answer.logProbability;
    }
    report.target = base.score->text;
    for (const SweepPoint &point : points) {
        const std::string what = point.compressor + (point.budget > 0 ? " " + std::to_string(point.budget) : "");
        trace = runner.run(atPoint(base, point), what);
        report.cells.push_back(sweepCell(point, *trace, report.reference.answer));
    }
    std::cout << (options.json ? toText(sweepJson(report)) + "\n" : sweepTable(report)) << std::flush;
    return 0;
}

int sweepOverQuestions(const SweepOptions &options)
{
    Runner runner(options.common, options.questions.size());
    std::vector<QuestionCell> cells;
    PatchGrid grid;
    for (const std::string &question : options.questions) {
        RunRequest request = baseRequest(options, question);
        request.compressor = options.compressor;
        request.budget = options.budget;
        request.overrides = options.changes.overrides();
        request.trace = TraceLevel::Full; // kept patches, also where pruning is off
        request.withUncompressed = true;
        const auto trace = runner.run(request, question);
        cells.push_back(questionCell(*trace));
        grid = trace->grid;
    }
    std::cout << (options.json ? toText(questionsJson(cells, grid)) + "\n" : questionsTable(cells, grid)) << std::flush;
    return 0;
}

void addShared(CLI::App &command, SweepOptions &options)
{
    command.add_option("IMAGE", options.image, "PNG, JPEG, WebP, BMP or TIFF")->required();
    options.common.addTo(command);
    command.add_flag("--json", options.json, "Print the results as JSON");
}

void addBudgets(CLI::App &sweep, int &exitCode)
{
    auto options = std::make_shared<SweepOptions>();
    CLI::App *command = sweep.add_subcommand("budgets", "One question under compressors and budgets");
    command->footer(
        "Finds for every compressor the fewest visual tokens with which the answer is still the one of "
        "all tokens. Budgets that a compressor was not trained for are left out; pruning keeps any "
        "number of patches. Each time was measured once: prefill is the decoder reading its prompt, after the "
        "decoder was warmed up; TTFT (time to first token) are all stages from the picture on, whose "
        "encoding for the first run counts for every row.");
    options->questions.resize(1);
    addShared(*command, *options);
    command->add_option("QUESTION", options->questions.front(), "Question in UTF-8")->required();
    command->add_option("--compressors", options->compressors, "Separated by commas")
        ->delimiter(',')
        ->check(CLI::IsMember(compressorNames))
        ->capture_default_str();
    command
        ->add_option("--budgets", options->budgets,
                     "Visual tokens, separated by commas (default: what the model was trained for, and whole strides)")
        ->delimiter(',')
        ->check(CLI::Range(1, 1 << 20));
    options->target.addTo(*command, "--score", "whose log-probability is printed (default: the uncompressed one)");
    command->callback([options, &exitCode] { exitCode = sweepOverBudgets(*options); });
}

void addQuestions(CLI::App &sweep, int &exitCode)
{
    auto options = std::make_shared<SweepOptions>();
    CLI::App *command = sweep.add_subcommand("questions", "Several questions on one picture");
    command->footer("Prints which patches pruning keeps for every question, the router's weights, how much the kept "
                    "sets overlap (Jaccard) and for which share of the questions each patch survives.");
    addShared(*command, *options);
    command->add_option("QUESTION", options->questions, "Question in UTF-8; repeated")->required();
    command->add_option("--compressor", options->compressor, "What makes the visual tokens")
        ->check(CLI::IsMember({"qmop", "pool", "resample", "prune", "avgpool", "cls-prune"}))
        ->capture_default_str();
    command->add_option("--budget", options->budget, "Visual tokens M after compression")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    options->changes.addTo(*command);
    command->callback([options, &exitCode] { exitCode = sweepOverQuestions(*options); });
}

}

void addSweepCommand(CLI::App &app, int &exitCode)
{
    CLI::App *sweep = app.add_subcommand("sweep", "Compare budgets, compressors or questions on one picture");
    sweep->require_subcommand(1);
    addBudgets(*sweep, exitCode);
    addQuestions(*sweep, exitCode);
}

} // namespace qmop

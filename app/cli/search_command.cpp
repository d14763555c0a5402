// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/search_command.h"

#include "app/cli/engine_session.h"
#include "app/cli/override_options.h"
#include "app/cli/progress_line.h"
#include "app/cli/request_options.h"
#include "core/store/trace_json.h"
#include "qmop/error.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace qmop {

namespace {

struct SearchOptions {
    std::string image;
    std::string question;
    std::string compressor = "qmop";
    int budget = 64;
    int rounds = 3;
    bool json = true; // it always is
    OverrideOptions changes;
    TargetOptions target;
    RequestOptions common;
};

void showStage(ProgressLine &line, const StageProgress &progress)
{
    const bool counts = progress.stage == "search" && progress.total > 0;
    const std::string count = std::to_string(progress.done) + " of at most " + std::to_string(progress.total);
    line.show(counts ? "search: " + count + " patches tried" : progress.stage,
              counts ? "search " + std::to_string(10 * progress.done / progress.total) : progress.stage);
}

int runSearch(const SearchOptions &options)
{
    ProgressLine progress(options.common.progress);
    EngineSession session(options.common.engineConfig(),
                          [&progress](const StageProgress &stage) { showStage(progress, stage); });
    RunRequest request = options.common.request();
    request.id = 1;
    request.image.path = options.image;
    request.question = options.question;
    request.compressor = options.compressor;
    request.budget = options.budget;
    request.withUncompressed = true;
    request.overrides = options.changes.overrides();
    request.search = PatchSearch{options.target.target(), options.rounds};
    std::shared_ptr<const RunTrace> trace;
    try {
        trace = session.run(std::move(request));
    } catch (...) {
        progress.clear();
        throw;
    }
    progress.clear();
    std::cout << toText(runSummary(*trace)) << std::endl;
    if (!trace->search->complete)
        throw Error(ErrorCode::Cancelled, "cancelled; printed is what had been found");
    return 0;
}

}

void addSearchCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<SearchOptions>();
    CLI::App *command = app.add_subcommand("search", "Find the dropped patches that would have changed the answer");
    command->footer("Forces each patch that pruning drops in, one at a time, and keeps the one that raises the "
                    "log-probability of the target answer most; again for each round, until the answer is the "
                    "target's or no patch helps. Prints JSON: the run, and under \"search\" the rounds and every "
                    "patch's gain in the first. Pruning must be in use: see --force. Ctrl+C prints what was found.");
    command->add_option("IMAGE", options->image, "PNG, JPEG, WebP, BMP or TIFF")->required();
    command->add_option("QUESTION", options->question, "Question in UTF-8")->required();
    command->add_option("--compressor", options->compressor, "qmop: the router decides; prune: pruning alone")
        ->check(CLI::IsMember({"qmop", "prune"}))
        ->capture_default_str();
    command->add_option("--budget", options->budget, "Visual tokens M after compression")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command->add_option("--rounds", options->rounds, "Patches to find at most")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print JSON, as is done in any case");
    options->target.addTo(*command, "--target", "to look for (default: the uncompressed one)");
    options->common.addTo(*command);
    options->changes.addTo(*command);
    command->callback([options, &exitCode] { exitCode = runSearch(*options); });
}

} // namespace qmop

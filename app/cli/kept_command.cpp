// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/kept_command.h"

#include "app/cli/bgr_picture.h"
#include "app/cli/engine_session.h"
#include "app/cli/progress_line.h"
#include "app/cli/request_options.h"
#include "core/pipeline/pipeline.h"
#include "core/scenes/asked_patches.h"
#include "core/store/trace_json.h"
#include "core/vtcbench/kept_objects.h"
#include "qmop/error.h"
#include "qmop/resources.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <opencv2/imgcodecs.hpp>

#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace qmop {

namespace {

constexpr int pictureSize = 512;
constexpr int untrainedBudget = 64; // of a checkpoint without trained QMoP: only the scores are read

struct KeptOptions {
    int budget = 16;
    int questions = 500;
    std::uint64_t first = 0; // number of the first held-out scene
    RequestOptions common;
};

std::vector<std::uint8_t> pngOf(const ImageU8 &image)
{
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", bgrPicture(image), bytes);
    return bytes;
}

const PruningTrace &pruningOf(const RunTrace &trace)
{
    if (trace.grid.rows != scenes::labelColumns || trace.grid.columns != scenes::labelColumns)
        throw Error(ErrorCode::InvalidArgument,
                    trace.environment.modelName + " sees " + std::to_string(trace.grid.rows) + " x "
                        + std::to_string(trace.grid.columns) + " patches, and the scenes are labelled on 16 x 16",
                    "name a model that was trained on scenes");
    return trace.pruning.value();
}

double rounded(double value)
{
    return std::round(value * 1e4) / 1e4;
}

nlohmann::ordered_json reportOf(const KeptObjects &kept, const KeptOptions &options, const std::string &model)
{
    nlohmann::ordered_json report{{"model", model},
                                  {"budget", options.budget},
                                  {"questions", kept.questions()},
                                  {"at_random", rounded(kept.random())}};
    for (std::size_t rule = 0; rule < kept.rules().size(); ++rule) {
        const KeptShare share = kept.share(rule);
        report["rules"].push_back({{"rule", kept.rules()[rule].name},
                                   {"lambda", rounded(kept.rules()[rule].lambda)},
                                   {"on_object", rounded(share.kept)},
                                   {"interval", {rounded(share.interval.low), rounded(share.interval.high)}},
                                   {"times_random", rounded(share.timesRandom)},
                                   {"object_kept", rounded(share.found)}});
    }
    return report;
}

void runKept(const KeptOptions &options)
{
    const scenes::Generator generator(resourceDir() / "scenes");
    const EngineConfig config = options.common.engineConfig();
    const std::vector<int> trained = trainedBudgets(config.defaultModel);
    ProgressLine line(options.common.progress);
    EngineSession session(config);
    std::optional<KeptObjects> kept;
    std::string model;
    for (std::uint64_t n = options.first; !kept || kept->questions() < options.questions; ++n) {
        const scenes::Scene scene
            = generator.make(scenes::seedAt(n, scenes::Split::HeldOut), scenes::Split::HeldOut, pictureSize);
        const std::vector<std::uint8_t> png = pngOf(scene.image);
        for (const scenes::Question &question : scene.questions) {
            const std::vector<std::uint8_t> asked = scenes::askedPatches(scene, question);
            if (asked.empty() || (kept && kept->questions() == options.questions))
                continue;
            RunRequest request = options.common.request();
            request.image = {"scene " + std::to_string(n), png};
            request.question = question.text;
            request.compressor = "prune";
            request.budget = trained.empty() ? untrainedBudget : trained.front();
            request.decode.maxNewTokens = 1; // the scores are there before the answer
            const auto trace = session.run(std::move(request));
            const PruningTrace &pruning = pruningOf(*trace);
            if (!kept)
                kept.emplace(options.budget, double(pruning.lambda));
            kept->add(pruning.importance, pruning.relevance, pruning.relevanceSign, asked);
            model = trace->environment.modelName;
            const int done = kept->questions();
            line.show(std::to_string(done) + " of " + std::to_string(options.questions) + " questions",
                      std::to_string(10 * done / options.questions));
        }
    }
    line.clear();
    std::cout << toText(reportOf(*kept, options, model)) << '\n';
}

}

void addKeptCommand(CLI::App &scenes)
{
    auto options = std::make_shared<KeptOptions>();
    CLI::App *command = scenes.add_subcommand("kept", "How much of what a question asks for pruning keeps");
    command->footer(
        "Asks about held-out scenes, whose patches are known, and counts for several rules how many of the "
        "patches kept show what the question names (on_object), against as many patches at random, and how "
        "many of those that show it are kept (object_kept). Questions about what is not there are left out.");
    command->add_option("--budget", options->budget, "patches to keep")
        ->capture_default_str()
        ->check(CLI::Range(1, scenes::labelCount));
    command->add_option("--questions", options->questions, "to ask")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000));
    command->add_option("--first", options->first, "number of the first scene; other numbers, other scenes")
        ->capture_default_str();
    options->common.addTo(*command);
    command->callback([options] { runKept(*options); });
}

} // namespace qmop

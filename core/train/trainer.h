// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs a recipe's stages one after another, from the newest checkpoint of the
// output folder or from scratch.
#pragma once

#include "core/train/recipe.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace qmop::train {

class ProcessGroup;

struct TrainOptions {
    std::filesystem::path out; // checkpoints and, unless `log` is given, training.jsonl
    std::filesystem::path log;
    std::filesystem::path atlas; // the scenes' atlas folder
    std::string dtype; // overrides the recipe's; empty: not
    int threads = 0; // 0: all of the machine
    // Trains together with other processes, all of which read the same `out`; the first one writes. Null: alone.
    ProcessGroup *group = nullptr;
    std::optional<std::int64_t> stopAfterSteps; // of this run; evaluates and saves nothing
    std::optional<StageKind> lastStage; // ends with this stage (of the first budget); empty: all
    std::function<void(const std::string &line)> progress; // about every ten seconds, and evaluations
    std::function<void(const std::string &stage, std::int64_t step, double loss)> stepDone;
};

struct TrainResult {
    bool complete = false; // the last stage asked for has ended
    std::filesystem::path checkpoint; // empty where none was written
};

// Trains. Throws Error{Cancelled} after `stop` (the last checkpoint stays),
// Error{InvalidRecipe, InvalidModel, OutputFailed} as the parts do. The weights
// and the optimiser's state are a function of recipe, number type, thread count
// and CPU kind; interruptions do not change them.
TrainResult train(const Recipe &recipe, const TrainOptions &options, std::stop_token stop = {});

// ${XDG_CACHE_HOME:-~/.cache}/qmop-explorer/training/<recipe name>
std::filesystem::path defaultTrainingFolder(const Recipe &recipe);

} // namespace qmop::train

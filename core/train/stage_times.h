// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long the stages of a run took, from its log.
#pragma once

#include "core/train/recipe.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qmop::train {

struct StageTime {
    std::string stage; // stageName()
    std::int64_t steps = 0; // the last one logged
    double seconds = 0; // sum over the stage's lines
    double pictures = 0; // steps times the batch
    bool timed = true; // false: some of its lines carry no time
    std::optional<double> waited; // seconds of them that steps waited for their batches; none: the log does not tell
};

// Stages of the recipe that the log holds, in the recipe's order. Throws
// Error{InvalidArgument} naming the file where it is no log of this recipe's stages.
std::vector<StageTime> readStageTimes(const Recipe &recipe, const std::filesystem::path &log);

// A line per stage and one for all together: steps, time, pictures per second, share of the time
// that steps waited for data.
std::string stageTimesText(const std::vector<StageTime> &times);

} // namespace qmop::train

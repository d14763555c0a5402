// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checkpoints of a training run: folders <root>/checkpoint-00001234 that appear
// whole or not at all, so that a run killed at any moment goes on from the
// newest one.
#pragma once

#include "core/train/recipe.h"
#include "core/train/training_model.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace qmop::train {

// Where a run stands: `step` steps of stage `stage` (an index into the
// recipe's stages) are done.
struct TrainingPosition {
    int stage = 0;
    std::int64_t step = 0;

    bool operator==(const TrainingPosition &) const = default;
};

// SHA-256 over what determined the weights up to a position: a changed recipe must
// not go on from weights that another one made, but stages yet to come may change.
// So may the length of a stage whose rates have not begun to decay.
std::string recipeFingerprint(const Recipe &recipe, const TrainingPosition &position, const std::string &dtype);

// Writes model and state beside the older checkpoint, then removes that. The
// state: optimiser and heads (training.safetensors), position (training.json).
// Throws Error{OutputFailed}.
void saveCheckpoint(const std::filesystem::path &root, const Recipe &recipe, const TrainingModel &model,
                    const TensorMap &optimiser, const TrainingPosition &position, const std::string &dtype);

struct Checkpoint {
    TrainingModel model;
    TensorMap optimiser;
    TrainingPosition position;
    std::filesystem::path folder;
};

// The newest whole checkpoint below `root`, or none. Throws Error{InvalidModel}
// where it is damaged, Error{InvalidRecipe} where another recipe made it.
std::optional<Checkpoint> loadCheckpoint(const std::filesystem::path &root, const Recipe &recipe,
                                         const std::string &dtype);

} // namespace qmop::train

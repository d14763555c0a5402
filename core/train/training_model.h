// SPDX-License-Identifier: GPL-3.0-or-later
//
// The networks while they are trained: float32 weights under the names of a
// checkpoint folder, configuration and tokenizer.
#pragma once

#include "core/train/recipe.h"
#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"
#include "models/tokenizer/tokenizer.h"

#include <ATen/core/Generator.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qmop::train {

struct TrainingModel {
    ModelConfig config; // with the tokenizer's vocabulary and the qmop section
    std::shared_ptr<const Tokenizer> tokenizer;
    std::string tokenizerJson;
    TensorMap base; // vision_tower.*, text_tower.*, multi_modal_projector.*, language_model.*
    TensorMap heads; // heads.*: the vision stage's own, never shipped
    std::string projector; // which of the recipe's (projectorFolder) is being trained
    TensorMap compressed; // its qmop.*, multi_modal_projector.*, language_model.*
    std::map<std::string, TensorMap> finished; // those of the others trained before, by projectorFolder
};

// Configuration and tokenizer of a recipe, without weights, for its first projector. The tokenizer is
// learnt from the scenes' corpus unless `folder` holds one already. Throws
// Error{InvalidRecipe} where the model's section makes no sense.
TrainingModel makeModel(const Recipe &recipe, const std::filesystem::path &folder = {});

// Makes the projector of a stage the one that is trained: sets config.qmop and swaps
// `compressed` with what `finished` holds. Throws as makeModel does.
void chooseProjector(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage);

// A checkpoint folder as formats ask for: config.json, preprocessor_config.json,
// tokenizer.json, model.safetensors; a subfolder ("qmop-64") for each projector that
// has weights. `type` converts the weights on the way.
void writeModel(const TrainingModel &model, const Recipe &recipe, const std::filesystem::path &folder,
                std::optional<at::ScalarType> type = std::nullopt);

// The weights of such a folder (and its configuration and tokenizer), as
// writable float32 copies; the recipe's first projector is chosen. `heads` stays empty.
TrainingModel readModel(const Recipe &recipe, const std::filesystem::path &folder);

// Folders and budgets of the projectors that the recipe's stages train, in order, without
// repetitions; the recipe's own where none does.
std::vector<std::pair<std::string, int>> projectorsOf(const Recipe &recipe);

// Random numbers for first weights: a function of the recipe's seed, the kind of stage and a variant's seed.
at::Generator initGenerator(const Recipe &recipe, StageKind kind, std::uint64_t seed = 0);

} // namespace qmop::train

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
#include <memory>
#include <optional>
#include <string>

namespace qmop::train {

struct TrainingModel {
    ModelConfig config; // with the tokenizer's vocabulary and the qmop section
    std::shared_ptr<const Tokenizer> tokenizer;
    std::string tokenizerJson;
    TensorMap base; // vision_tower.*, text_tower.*, multi_modal_projector.*, language_model.*
    TensorMap heads; // heads.*: the vision stage's own, never shipped
    TensorMap compressed; // qmop.*, and this budget's multi_modal_projector.* and language_model.*
};

// Configuration and tokenizer of a recipe, without weights. The tokenizer is
// learnt from the scenes' corpus unless `folder` holds one already. Throws
// Error{InvalidRecipe} where the model's section makes no sense.
TrainingModel makeModel(const Recipe &recipe, const std::filesystem::path &folder = {});

// A checkpoint folder as formats ask for: config.json, preprocessor_config.json,
// tokenizer.json, model.safetensors; where `compressed` is not empty also the
// budget's subfolder ("qmop-64"). `type` converts the weights on the way.
void writeModel(const TrainingModel &model, const Recipe &recipe, const std::filesystem::path &folder,
                std::optional<at::ScalarType> type = std::nullopt);

// The weights of such a folder (and its configuration and tokenizer), as
// writable float32 copies. `heads` stays empty.
TrainingModel readModel(const Recipe &recipe, const std::filesystem::path &folder);

// "qmop-64".
std::string budgetFolder(const TrainingModel &model);

// Random numbers for first weights: a function of seed and stage.
at::Generator initGenerator(const Recipe &recipe, StageKind kind);

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// A recipe of tiny networks on the scenes' real grid: seconds for 50 steps.
#pragma once

#include "core/scenes/scene.h"
#include "core/train/recipe.h"
#include "core/train/training_model.h"
#include "core/train/vision_batch.h"

#include <filesystem>
#include <memory>

// 20 steps of vision, 14 of language, 8 of stage 1, 8 of stage 2.
nlohmann::json tinyRecipeJson();

// The recipe as a file in a folder.
std::filesystem::path writeRecipe(const std::filesystem::path &folder, const nlohmann::json &json);

// Recipe, model with the first weights of all stages, scenes. Where a test
// wants router weights that differ, `spreadRouter` gives it some.
struct TinyTraining {
    explicit TinyTraining(const std::filesystem::path &folder);
    void initAll();
    void spreadRouter();

    qmop::train::Recipe recipe;
    qmop::scenes::Generator generator;
    qmop::train::TrainingModel model;
    std::unique_ptr<qmop::train::DataSource> source;
};

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measures how the pictures of a recipe look to a finished model.
#pragma once

#include "core/train/recipe.h"
#include "models/clip/picture_statistics.h"

#include <filesystem>
#include <functional>

namespace qmop::train {

// Pictures so far and in all.
using SurveyProgress = std::function<void(int done, int all)>;

// Fits the statistics on 4,000 training pictures of the recipe and sets the limit by 2,000 held-out ones (of one's own
// data each picture at most once), and writes them below the model's folder. `atlas`: resources/scenes. Returns the
// limit. Throws Error{InvalidArgument} where the data have too few pictures.
double surveyPictures(const Recipe &recipe, const std::filesystem::path &model, const std::filesystem::path &atlas,
                      const SurveyProgress &progress);

} // namespace qmop::train

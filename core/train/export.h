// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a training folder to what is shipped.
#pragma once

#include "core/train/recipe.h"

#include <filesystem>
#include <string>

namespace qmop::train {

// Writes the newest checkpoint of `trainingFolder` into `target`: weights in
// bfloat16 (towers and uncompressed decoder; the budget's projector and decoder
// in its subfolder), the run's training.jsonl and a model card README.md that
// names recipe, seed, log hash and `commit` (may be empty), with the log's last
// held-out figures. Throws Error{InvalidArgument} where the folder holds no
// checkpoint, Error{InvalidRecipe} where another recipe made it.
void exportModel(const Recipe &recipe, const std::filesystem::path &trainingFolder, const std::filesystem::path &target,
                 const std::string &commit);

} // namespace qmop::train

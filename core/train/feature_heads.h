// SPDX-License-Identifier: GPL-3.0-or-later
//
// The vision stage's heads on the feature rows: the hidden state before the last
// layer, which is what projector and decoder are given. Without them a row
// need not keep what its patch is a part of or even where it lies: a linear probe
// of rows trained without these heads names 23 columns of 100 and no centre of an
// object, and a decoder that reads such rows guesses sides and numbers.
#pragma once

#include "core/train/recipe.h"
#include "core/train/vision_batch.h"
#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Generator.h>

#include <functional>
#include <string>
#include <string_view>

namespace qmop::train {

// Heads of the same kind that the language stage puts on the visual tokens (StageRecipe::keeping): the MLP, drawn
// towards names, forgot where a patch lies. A ridge probe of feature rows told a patch's row by 1.0 of 16, one of
// tokens by 2.3, and left, right and corners were guessed.
inline constexpr const char *keptHeads = "heads.kept";

// heads.<name>: x W^T + b, in float32.
at::Tensor head(const WeightScope &heads, std::string_view name, const at::Tensor &x);

// Makes one: weights of deviation 1 / sqrt(3 width), biases 0.
void addHead(TensorMap &heads, const std::string &name, std::int64_t outputs, std::int64_t width,
             at::Generator &generator);

// Makes the heads that have a weight with `linear(name, outputs)`.
void initFeatureHeads(const VisionLossRecipe &weights, const VisionConfig &vision,
                      const std::function<void(const std::string &name, std::size_t outputs)> &linear);

// Calls add(name, weight, loss, count) for every head that has a weight: the mean over `count` rows (or sum of their
// weights), undefined for none. All heads read the rows standardised one by one. features: [B, N, C]
void addFeatureLosses(
    const WeightScope &heads, const VisionLossRecipe &weights, const VisionBatch &batch, const at::Tensor &features,
    const std::function<void(const char *name, double weight, const at::Tensor &loss, double count)> &add);

// Calls add(name, right, counted), both bool of one shape: feature_row,
// feature_column, feature_centre (patches marked that are centres, and the other way
// round), feature_colour, feature_class (of patches of parts), feature_character.
void countFeatureHits(
    const WeightScope &heads, const VisionLossRecipe &weights, const VisionBatch &batch, const at::Tensor &features,
    const std::function<void(const char *name, const at::Tensor &right, const at::Tensor &counted)> &add);

} // namespace qmop::train

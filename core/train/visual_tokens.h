// SPDX-License-Identifier: GPL-3.0-or-later
//
// From pictures to the visual tokens of each training stage.
#pragma once

#include "core/train/language_batch.h"
#include "core/train/recipe.h"
#include "models/clip/vision_tower.h"

#include <functional>
#include <optional>

namespace qmop::train {

struct VisualTokens {
    at::Tensor tokens; // [S, n, D]
    at::Tensor alpha; // [S, 3] float32, stage 2 only
};

// All N rows of each picture through the MLP. [S, N, D]
VisualTokens allTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                       const std::function<void()> &stop);

// The three branches concatenated along the token axis, in the order of Branch. [S, 3M, D]
VisualTokens concatenatedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                                const std::function<void()> &stop);

// Soft fusion with the batch's Gumbel noise. [S, M, D]
VisualTokens fusedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch, double tau,
                         double gamma, const std::function<void()> &stop);

// Inference's fusion: no noise, the two highest weights renormalised. `alpha` is
// what it was before the selection.
VisualTokens topTwoTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch, double tau);

} // namespace qmop::train

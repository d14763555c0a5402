// SPDX-License-Identifier: GPL-3.0-or-later
//
// From pictures to the visual tokens of each training stage.
#pragma once

#include "core/train/language_batch.h"
#include "core/train/recipe.h"
#include "models/clip/vision_tower.h"
#include "qmop/branch.h"

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

// The outputs of the k branches that take part, concatenated along the token axis in the order of Branch. [S, kM, D]
VisualTokens concatenatedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                                const PerBranch<bool> &branches, const std::function<void()> &stop);

// Without router: the k branches that take part, each with weight 1/k. [S, M, D]
VisualTokens mixedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                         const PerBranch<bool> &branches, const std::function<void()> &stop);

// Soft fusion with the batch's Gumbel noise. [S, M, D]
VisualTokens fusedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch, double tau,
                         double gamma, const std::function<void()> &stop);

// What inference fuses: each question's rows of all branches, and the router's weights without noise.
struct RoutedBranches {
    PerBranch<at::Tensor> rows; // [S, M, C]
    at::Tensor alpha; // [S, 3] float32
};
RoutedBranches routedBranches(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                              double tau);

// Each question's two highest weights, renormalised. [S, 3] float32
at::Tensor selectTopTwo(const at::Tensor &alpha);

// Inference's fusion with the branches' own weights or any others. `alpha` of the
// result is what it was before the selection.
VisualTokens topTwoTokens(const TensorMap &tensors, const RoutedBranches &branches, const at::Tensor &alpha);
VisualTokens topTwoTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch, double tau);

} // namespace qmop::train

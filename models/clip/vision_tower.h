// SPDX-License-Identifier: GPL-3.0-or-later
//
// CLIP's vision transformer over the names of Hugging Face's CLIPVisionModel
// (scope at "vision_model"): patch convolution without bias or with one where
// the checkpoint has it, class token, learned positions, pre-norm blocks.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <functional>
#include <vector>

namespace qmop {

// Polled between layers; throws to stop (see core/engine).
using StopCheck = std::function<void()>;

inline constexpr int lastInputsKept = 4; // fewer where there are fewer layers

struct VisionOutput {
    at::Tensor rows; // [B, N, C] hidden state before the last layer, without the class row
    at::Tensor classRow; // [B, C] class token of the same hidden state
    at::Tensor
        classAttention; // [B, N] float32: last layer, class token to patches, head mean (not renormalised; no gradient)
    at::Tensor last; // [B, 1 + N, C] output of the last layer, before post_layernorm
    std::vector<at::Tensor> lastInputs; // [B, 1 + N, C] each: what the last layers read, see picture_statistics.h
};

// pixels: [B, 3, S, S], normalised. Differentiable with respect to the weights.
VisionOutput visionForward(const WeightScope &weights, const VisionConfig &config, const at::Tensor &pixels,
                           const StopCheck &stop = {});

// Patch rows of `last` in the joint space: post_layernorm, then
// visual_projection (scope at the model's root), L2-normalised. [B, N, P]
at::Tensor jointPatches(const WeightScope &clip, const VisionConfig &config, const at::Tensor &last);

} // namespace qmop

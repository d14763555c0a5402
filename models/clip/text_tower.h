// SPDX-License-Identifier: GPL-3.0-or-later
//
// CLIP's text transformer over the names of Hugging Face's CLIPTextModel (scope
// at "text_model"): token and position embeddings, causal pre-norm blocks,
// final_layer_norm, the row of the end-of-sequence token.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

namespace qmop {

struct TextOutput {
    at::Tensor eos;   // [B, C2] after final_layer_norm, before the projection: the router's input
    at::Tensor joint; // [B, P] text_projection of eos, L2-normalised: for relevance
};

// ids: [B, L] int64, padded behind the end-of-sequence token; eosIndex: [B]
// int64. `clip` is the scope that holds text_model and text_projection.
TextOutput textForward(const WeightScope &clip, const TextTowerConfig &config, const at::Tensor &ids,
                       const at::Tensor &eosIndex);

} // namespace qmop

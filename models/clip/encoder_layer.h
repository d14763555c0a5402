// SPDX-License-Identifier: GPL-3.0-or-later
//
// The pre-norm transformer layer that CLIP's two towers share, over the names
// of Hugging Face's CLIPEncoderLayer: layer_norm1, self_attn.{q,k,v,out}_proj,
// layer_norm2, mlp.{fc1,fc2}.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

namespace qmop {

struct EncoderLayerConfig {
    int heads = 0;
    Activation activation = Activation::QuickGelu;
    double layerNormEps = 1e-5;
    bool causal = false; // row i sees rows 0..i
};

struct EncoderLayerOutput {
    at::Tensor hidden; // [B, T, C]
    at::Tensor query; // [B, heads, T, C / heads], not scaled
    at::Tensor key; // [B, heads, T, C / heads]
};

// x: [B, T, C] in the compute type of the weights.
EncoderLayerOutput encoderLayer(const WeightScope &layer, const EncoderLayerConfig &config, const at::Tensor &x);

// LayerNorm over the last dimension with `norm`.weight and `norm`.bias. Weights
// may be wider than x (float32 over bf16): statistics are float32 either way.
at::Tensor layerNorm(const WeightScope &norm, const at::Tensor &x, double eps);

// Rows of length 1 (L2), in float32 where x is narrower.
at::Tensor unitRows(const at::Tensor &x);

} // namespace qmop

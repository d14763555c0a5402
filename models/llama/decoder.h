// SPDX-License-Identifier: GPL-3.0-or-later
//
// LLaMA decoder over the names of Hugging Face's LlamaForCausalLM (scope at the
// folder that holds "model" and "lm_head"): RMSNorm, rotary positions,
// grouped-query attention, SwiGLU.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <functional>
#include <vector>

namespace qmop {

// Keys and values of one decode, allocated once; never grows.
struct KvCache {
    std::vector<at::Tensor> keys;   // per layer [B, kvHeads, capacity, headDim]
    std::vector<at::Tensor> values; // per layer [B, kvHeads, capacity, headDim]
    std::int64_t length = 0;        // positions filled
    std::int64_t capacity = 0;

    std::int64_t bytes() const;
};

KvCache makeKvCache(const DecoderConfig &config, std::int64_t batch, std::int64_t capacity,
                    const at::TensorOptions &options);

// [B, L] int64 -> [B, L, D]
at::Tensor embedTokens(const WeightScope &weights, const at::Tensor &ids);

// Sees a layer's attention while it decodes: rotated queries of the new rows [B, L,
// heads, d] and all keys so far [B, kvHeads, T, d]. Reads alone.
using AttentionObserver = std::function<void(int layer, const at::Tensor &query, const at::Tensor &key)>;

// Sees what a layer hands on: [B, L, D]. Reads alone.
using HiddenObserver = std::function<void(int layer, const at::Tensor &hidden)>;

// Inference: appends `embeddings` [B, L, D] behind what the cache holds (causal)
// and returns the final-norm hidden states [B, L, D].
at::Tensor decoderForward(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &embeddings,
                          KvCache &cache, const std::function<void()> &stop = {},
                          const AttentionObserver &observe = {});

// Training: whole sequences with explicit positions [B, L] int64 and mask
// [B, 1, L, L] bool (true = may attend; undefined = causal). Differentiable, and so is what the observers see.
at::Tensor decoderForward(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &embeddings,
                          const at::Tensor &positions, const at::Tensor &mask, const AttentionObserver &observe = {},
                          const HiddenObserver &observeHidden = {});

// [..., D] -> [..., V]; lm_head, or the embedding matrix where tied.
at::Tensor decoderLogits(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &hidden);

} // namespace qmop

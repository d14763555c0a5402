// SPDX-License-Identifier: GPL-3.0-or-later
//
// The operations of a LLaMA layer that ATen has no single call for.
#pragma once

#include <ATen/core/Tensor.h>

namespace qmop {

// x / rms(x) * weight over the last dimension, statistics in float32 at least
// (Zhang and Sennrich 2019, equation 4). The result has x's type.
at::Tensor rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps);

// Rotary position embedding (RoFormer, equation 34), in the half-split order of
// Hugging Face's checkpoints: channel i turns with channel i + d/2.
struct Rotary {
    at::Tensor cosine; // [B or 1, L, 1, d]
    at::Tensor sine; // [B or 1, L, 1, d], first half negated
};

// positions: [L] or [B, L] int64.
Rotary makeRotary(const at::Tensor &positions, std::int64_t headDim, double theta, at::ScalarType type);

// x: [B, L, heads, d]; returns a new tensor.
at::Tensor rotate(const at::Tensor &x, const Rotary &rotary);

// Grouped-query attention: query heads g * group ... share key head g.
// query [B, L, heads, d]; key, value [B, kvHeads, T, d]; mask additive
// [B or 1, 1, L, T] of query's type, or undefined; causal: row i sees columns
// 0..i (only for L == T; aligned to the upper left). Returns [B, L, heads * d].
at::Tensor attendGrouped(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                         const at::Tensor &mask, bool causal);

// What attendGrouped() weighs the values of its last row with, in double precision:
// softmax(q k^T / sqrt(d)) over all T columns. query [B, L, heads, d], key
// [B, kvHeads, T, d] -> [B, heads, T] float64.
at::Tensor lastRowAttention(const at::Tensor &query, const at::Tensor &key);

} // namespace qmop

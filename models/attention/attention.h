// SPDX-License-Identifier: GPL-3.0-or-later
//
// softmax(Q K^T / sqrt(d) + mask) V, for inference and training.
//
// ATen's fused CPU attention is fast forwards, and backwards in float32; its
// bfloat16 backward is several times slower than plain matrix products. Where
// gradients are wanted in bfloat16, this keeps the attention weights and
// computes both ways a few sequences at a time, so that what passes between the
// products stays in the processor's cache.
#pragma once

#include <ATen/core/Tensor.h>

namespace qmop {

// query: [B, H, L, d]; key: [B, H, T, d]; value: [B, H, T, e], any strides, one
// type. mask: undefined, or additive of the same type, [B or 1, 1, L, T];
// causal (without a mask, L == T): row i sees rows 0..i. Returns [B, H, L, e],
// laid out as [B, L, H, e], so that joining the heads is a view. Differentiable
// with respect to query, key and value, once.
at::Tensor attend(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &mask = {},
                  bool causal = false);

// bool mask (true = may attend) to the additive form in `type`: 0, or nearly the
// lowest finite value, so that a fully masked padding row gives numbers, not NaN.
at::Tensor additiveMask(const at::Tensor &mayAttend, at::ScalarType type);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/llama/decoder_ops.h"

#include "models/attention/attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop {

at::Tensor rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps)
{
    const at::Tensor wide = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, true) + eps);
    return (wide * scale * weight).to(x.scalar_type());
}

Rotary makeRotary(const at::Tensor &positions, std::int64_t headDim, double theta, at::ScalarType type)
{
    const at::TensorOptions options = positions.options().dtype(at::kFloat);
    const at::Tensor exponents = at::arange(0, headDim, 2, options) / double(headDim);
    const at::Tensor frequencies = at::pow(at::scalar_tensor(theta, options), exponents).reciprocal();
    at::Tensor angles = positions.to(at::kFloat).unsqueeze(-1) * frequencies; // [(B,) L, d / 2]
    if (positions.dim() == 1)
        angles = angles.unsqueeze(0);
    angles = angles.unsqueeze(2);
    const at::Tensor cosine = angles.cos();
    const at::Tensor sine = angles.sin();
    return {at::cat({cosine, cosine}, -1).to(type), at::cat({-sine, sine}, -1).to(type)};
}

at::Tensor rotate(const at::Tensor &x, const Rotary &rotary)
{
    return at::addcmul(x * rotary.cosine, x.roll(x.size(-1) / 2, -1), rotary.sine);
}

at::Tensor attendGrouped(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                         const at::Tensor &mask, bool causal)
{
    const std::int64_t batch = query.size(0);
    const std::int64_t length = query.size(1);
    const std::int64_t heads = query.size(2);
    const std::int64_t width = query.size(3);
    const std::int64_t kvHeads = key.size(1);
    const std::int64_t group = heads / kvHeads;
    const std::int64_t total = key.size(2);

    if (length == 1 && !mask.defined()) {
        // One new token: the group becomes rows, each key head is read once.
        const at::Tensor rows = query.view({batch, kvHeads, group, width});
        return attend(rows, key, value).reshape({batch, 1, heads * width});
    }
    if (group == 1) {
        return attend(query.transpose(1, 2), key, value, mask, causal)
            .transpose(1, 2)
            .reshape({batch, length, heads * width});
    }
    if (!mask.defined() || mask.size(0) == 1) {
        // Key heads join the batch, the group is a broadcast: nothing is repeated.
        const at::Tensor rows = query.view({batch, length, kvHeads, group, width})
                                    .permute({0, 2, 3, 1, 4})
                                    .reshape({batch * kvHeads, group, length, width});
        const auto share = [&](const at::Tensor &x) {
            return x.reshape({batch * kvHeads, 1, total, width}).expand({-1, group, -1, -1});
        };
        return attend(rows, share(key), share(value), mask, causal)
            .view({batch, kvHeads, group, length, width})
            .permute({0, 3, 1, 2, 4})
            .reshape({batch, length, heads * width});
    }
    // A mask per sequence (training): repeating keys is cheaper than repeating it.
    const auto repeat = [&](const at::Tensor &x) {
        return x.unsqueeze(2).expand({-1, -1, group, -1, -1}).reshape({batch, heads, total, width});
    };
    return attend(query.transpose(1, 2), repeat(key), repeat(value), mask)
        .transpose(1, 2)
        .reshape({batch, length, heads * width});
}

at::Tensor lastRowAttention(const at::Tensor &query, const at::Tensor &key)
{
    const std::int64_t batch = query.size(0), heads = query.size(2), width = query.size(3);
    const std::int64_t kvHeads = key.size(1);
    const at::Tensor last = query.select(1, query.size(1) - 1).to(at::kDouble); // [B, heads, d]
    // Heads g * group ... share key head g.
    const at::Tensor grouped = last.view({batch, kvHeads, heads / kvHeads, width});
    const at::Tensor scores = at::matmul(grouped, key.to(at::kDouble).transpose(-1, -2)) / std::sqrt(double(width));
    return scores.softmax(-1).view({batch, heads, key.size(2)});
}

} // namespace qmop

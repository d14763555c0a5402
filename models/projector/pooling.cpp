// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/pooling.h"

#include "models/projector/precision.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop {
namespace {

// Patches of each window, windows and patches in raster order.
// [B, N, K] -> [B, M, s^2, K]
at::Tensor windowsOf(const at::Tensor &rows, std::int64_t side, std::int64_t stride)
{
    const std::int64_t out = side / stride;
    return rows.reshape({rows.size(0), out, stride, out, stride, rows.size(-1)})
        .permute({0, 1, 3, 2, 4, 5})
        .reshape({rows.size(0), out * out, stride * stride, rows.size(-1)});
}

// Puts a window's distribution where its patches lie. [B, M, s^2] -> [B, M, N]
at::Tensor scatterWindows(const at::Tensor &attention, std::int64_t side, std::int64_t stride)
{
    const std::int64_t patches = side * side;
    const at::Tensor raster = at::arange(patches, attention.options().dtype(at::kLong)).view({1, patches, 1});
    const at::Tensor index = windowsOf(raster, side, stride).squeeze(-1).expand_as(attention);
    return at::zeros({attention.size(0), attention.size(1), patches}, attention.options()).scatter(2, index, attention);
}

} // namespace

BranchOutput poolBranch(const WeightScope &weights, const ProjectorConfig &config, const at::Tensor &rows,
                        bool withProvenance)
{
    const std::int64_t side = std::llround(std::sqrt(double(rows.size(1))));
    const std::int64_t stride = config.stride;
    if (side * side != rows.size(1) || stride <= 0 || side % stride != 0)
        throw Error(ErrorCode::Internal,
                    "pooling takes a square grid whose side is a multiple of the stride, not "
                        + std::to_string(rows.size(1)) + " rows and stride " + std::to_string(stride));

    // Both maps are linear, so they commute with the window's sums: the query is
    // taken through the key map, and the pooled row through the value map. The
    // same result as mapping all N rows, at 1/s^2 of the cost.
    const at::Tensor &query = weights["query"];
    const at::Tensor mappedQuery = at::matmul(query, weights["key.weight"]); // [M, C]
    const at::Tensor offset = at::matmul(query, weights["key.bias"]); // [M]
    const at::Tensor windows = widened(windowsOf(rows, side, stride)); // [B, M, s^2, C]
    const at::Tensor scores = (windows * widened(mappedQuery).unsqueeze(1)).sum(-1) + widened(offset).unsqueeze(-1);
    const at::Tensor attention = at::softmax(scores / std::sqrt(double(rows.size(2))), -1); // [B, M, s^2]
    const at::Tensor pooled = (windows * attention.unsqueeze(-1)).sum(2).to(rows.scalar_type());

    BranchOutput out;
    out.rows = at::linear(pooled, weights["value.weight"], weights["value.bias"]);
    if (withProvenance)
        out.provenance = scatterWindows(attention.detach().to(at::kFloat), side, stride);
    return out;
}

} // namespace qmop

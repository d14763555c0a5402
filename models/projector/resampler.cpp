// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/resampler.h"

#include "models/projector/precision.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop {
namespace {

constexpr double normEps = 1e-5;

at::Tensor project(const WeightScope &linear, const at::Tensor &x)
{
    return at::linear(x, linear["weight"], linear["bias"]);
}

// Statistics in float32 at least; the result has x's type. x and the weights may
// differ in type (cached bf16 rows, float32 weights in training).
at::Tensor normalise(const WeightScope &norm, const at::Tensor &x)
{
    const at::Tensor wide = widened(x);
    const at::ScalarType type = wide.scalar_type();
    return at::layer_norm(wide, {x.size(-1)}, norm["weight"].to(type), norm["bias"].to(type), normEps)
        .to(x.scalar_type());
}

// [B, L, C] -> [B, heads, L, C / heads]
at::Tensor splitHeads(const at::Tensor &x, std::int64_t heads)
{
    return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

} // namespace

at::Tensor gridPositions(int side, int outSide, int channels)
{
    if (channels % 4 != 0)
        throw Error(ErrorCode::Internal, "2-D sine-cosine positions need channels divisible by 4");
    const at::Tensor centres = (at::arange(outSide, at::kDouble) + 0.5) * (double(side) / outSide) - 0.5; // in patches
    const int count = channels / 4;
    const at::Tensor frequencies = at::pow(10000.0, at::arange(count, at::kDouble) / -double(count));
    const at::Tensor angles = centres.unsqueeze(1) * frequencies; // [outSide, channels / 4]
    const at::Tensor axis = at::cat({angles.sin(), angles.cos()}, 1); // [outSide, channels / 2]
    const at::Tensor vertical = axis.unsqueeze(1).expand({outSide, outSide, channels / 2});
    const at::Tensor horizontal = axis.unsqueeze(0).expand({outSide, outSide, channels / 2});
    return at::cat({vertical, horizontal}, 2).reshape({outSide * outSide, channels}).to(at::kFloat);
}

BranchOutput resampleBranch(const WeightScope &weights, const ProjectorConfig &config, const at::Tensor &rows,
                            bool withProvenance)
{
    const std::int64_t batch = rows.size(0);
    const std::int64_t channels = rows.size(2);
    const std::int64_t heads = config.resamplerHeads;
    const int side = int(std::lround(std::sqrt(double(rows.size(1)))));
    const int outSide = int(std::lround(std::sqrt(double(weights["query"].size(0)))));
    if (side * side != rows.size(1) || channels % heads != 0)
        throw Error(ErrorCode::Internal, "the resampler takes a square grid and heads that divide its channels");

    const at::Tensor queryPositions = gridPositions(side, outSide, int(channels)).to(rows.options());
    const at::Tensor rowPositions = gridPositions(side, side, int(channels)).to(rows.options());
    const at::Tensor normedQuery = normalise(weights / "query_norm", weights["query"]).to(rows.scalar_type());
    const at::Tensor normedRows = normalise(weights / "row_norm", rows);
    const at::Tensor query = project(weights / "query_projection", (normedQuery + queryPositions).unsqueeze(0));
    const at::Tensor key = project(weights / "key_projection", normedRows + rowPositions);
    const at::Tensor value = project(weights / "value_projection", normedRows);

    // Spelt out instead of ATen's fused attention, which does not return its
    // weights: the trace must not take another path than a plain run.
    const double scale = 1.0 / std::sqrt(double(channels / heads));
    const at::Tensor scores = at::matmul(splitHeads(query * scale, heads), splitHeads(key, heads).transpose(-1, -2));
    const at::Tensor attention = at::softmax(widened(scores), -1); // [B, heads, M, N]
    const at::Tensor mixed = at::matmul(attention.to(value.scalar_type()), splitHeads(value, heads));

    BranchOutput out;
    out.rows = project(weights / "output_projection", mixed.transpose(1, 2).reshape({batch, -1, channels}));
    if (withProvenance)
        out.provenance = attention.detach().mean(1).to(at::kFloat);
    return out;
}

} // namespace qmop

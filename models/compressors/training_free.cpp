// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/compressors/training_free.h"

#include "models/projector/projector_mlp.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <cmath>
#include <string>
#include <tuple>
#include <utility>

namespace qmop {

namespace {

std::int64_t wholeRoot(std::int64_t square)
{
    const auto root = std::int64_t(std::lround(std::sqrt(double(square))));
    return root * root == square ? root : 0;
}

void refuseBudget(const char *name, int budget, std::int64_t patches, const char *rule)
{
    throw Error(ErrorCode::InvalidArgument,
                std::string(name) + " cannot make " + std::to_string(budget) + " visual tokens of "
                    + std::to_string(patches) + " patches",
                std::string("choose ") + rule + " from 1 to " + std::to_string(patches));
}

}

at::Tensor averagingCells(std::int64_t side, std::int64_t h)
{
    at::Tensor along = at::zeros({h, side}); // one axis; the grid is its product
    for (std::int64_t cell = 0; cell < h; ++cell) {
        const std::int64_t first = cell * side / h;
        const std::int64_t end = ((cell + 1) * side + h - 1) / h;
        along[cell].narrow(0, first, end - first).fill_(1.0 / double(end - first));
    }
    return at::kron(along, along);
}

AveragePool::AveragePool(WeightScope weights)
    : m_weights(std::move(weights))
{
}

CompressedTokens AveragePool::compress(const CompressorInput &input, const CompressorOptions &options,
                                       const PartObserver &observer) const
{
    const std::int64_t patches = input.rows.size(1), side = wholeRoot(patches), h = wholeRoot(options.budget);
    if (side == 0 || h < 1 || h > side)
        refuseBudget("avgpool", options.budget, patches, "a square number");
    CompressedTokens tokens;
    tokens.provenance = averagingCells(side, h);
    // Averaged in float32 at least, then in the compute type like any row.
    const at::Tensor pooled = at::matmul(tokens.provenance, input.rows.to(at::kFloat)).to(input.rows.scalar_type());
    if (observer)
        observer("project");
    tokens.rows = projectorMlp(m_weights / "multi_modal_projector", pooled);
    return tokens;
}

at::Tensor mostAttended(const at::Tensor &classAttention, const at::Tensor &padding, std::int64_t budget)
{
    const at::Tensor ranked = padding.defined() ? classAttention.masked_fill(padding, -1.0) : classAttention;
    // A stable sort, unlike topk, gives ties to the lower index.
    const at::Tensor order = std::get<1>(at::sort(ranked, /*stable=*/true, /*dim=*/-1, /*descending=*/true));
    return std::get<0>(order.narrow(-1, 0, budget).sort(-1));
}

ClassPrune::ClassPrune(WeightScope weights)
    : m_weights(std::move(weights))
{
}

CompressedTokens ClassPrune::compress(const CompressorInput &input, const CompressorOptions &options,
                                      const PartObserver &observer) const
{
    const std::int64_t patches = input.rows.size(1);
    if (options.budget < 1 || options.budget > patches)
        refuseBudget("cls-prune", options.budget, patches, "a number");
    const at::Tensor index = mostAttended(input.classAttention, input.padding, options.budget).unsqueeze(-1);
    CompressedTokens tokens;
    tokens.provenance = at::zeros({options.budget, patches}).scatter(1, index[0], 1.0);
    const at::Tensor kept = input.rows.gather(1, index.expand({-1, -1, input.rows.size(2)}));
    if (observer)
        observer("project");
    tokens.rows = projectorMlp(m_weights / "multi_modal_projector", kept);
    return tokens;
}

} // namespace qmop

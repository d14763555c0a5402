// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/pruning.h"

#include "models/projector/precision.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <limits>
#include <tuple>

namespace qmop {
namespace {

// To [0, 1] per picture over the patches that count; 0 where excluded and where
// all values are equal. [B, N] -> [B, N]
at::Tensor minMaxScaled(const at::Tensor &values, const at::Tensor &excluded)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const at::Tensor forLowest = excluded.defined() ? values.masked_fill(excluded, infinity) : values;
    const at::Tensor forHighest = excluded.defined() ? values.masked_fill(excluded, -infinity) : values;
    const at::Tensor lowest = forLowest.amin({-1}, true);
    const at::Tensor range = (forHighest.amax({-1}, true) - lowest).clamp_min(1e-12);
    const at::Tensor scaled = (values - lowest) / range;
    return excluded.defined() ? scaled.masked_fill(excluded, 0.0) : scaled;
}

// A picture of nothing but padding: its patches count like any others.
at::Tensor withoutFullRows(const at::Tensor &excluded)
{
    if (!excluded.defined())
        return excluded;
    return excluded & excluded.logical_not().any(-1, true);
}

} // namespace

PruningScores pruningScores(const ProjectorConfig &config, const at::Tensor &classAttention,
                            const at::Tensor &jointPatches, const at::Tensor &jointText, const at::Tensor &excluded)
{
    const std::int64_t patches = classAttention.size(-1);
    if (config.budget <= 0 || config.budget > patches)
        throw Error(ErrorCode::Internal,
                    "pruning cannot keep " + std::to_string(config.budget) + " of " + std::to_string(patches)
                        + " patches");
    const c10::NoGradGuard noGradient;
    // Ranks decide what is kept, so the cosine is not rounded to bf16 in training.
    const c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::DispatchKey::AutocastCPU);
    const at::Tensor skipped = withoutFullRows(excluded);
    const at::Tensor cosine = at::matmul(widened(jointPatches), widened(jointText).unsqueeze(-1)).squeeze(-1);

    PruningScores scores;
    scores.importance = minMaxScaled(widened(classAttention), skipped);
    scores.relevance = minMaxScaled(cosine * double(config.relevanceSign), skipped);
    scores.combined = config.pruneLambda * scores.importance + (1.0 - config.pruneLambda) * scores.relevance;
    const at::Tensor ranked = skipped.defined() ? scores.combined.masked_fill(skipped, -1.0) : scores.combined;
    // A stable sort, unlike topk, gives ties to the lower index.
    const at::Tensor order = std::get<1>(at::sort(ranked, /*stable=*/true, /*dim=*/-1, /*descending=*/true));
    scores.kept = std::get<0>(order.narrow(-1, 0, config.budget).sort(-1));
    scores.lambda = config.pruneLambda;
    return scores;
}

BranchOutput pruneBranch(const at::Tensor &rows, const PruningScores &scores, bool withProvenance)
{
    const at::Tensor index = scores.kept.unsqueeze(-1); // [B, M, 1]
    BranchOutput out;
    out.rows = rows.gather(1, index.expand({-1, -1, rows.size(2)}));
    if (withProvenance)
        out.provenance = at::zeros({index.size(0), index.size(1), rows.size(1)}, rows.options().dtype(at::kFloat))
                             .scatter(2, index, 1.0);
    return out;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/compressors/qmop_compressor.h"

#include "models/projector/pooling.h"
#include "models/projector/projector_mlp.h"
#include "models/projector/resampler.h"
#include "models/projector/router.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qmop {
namespace {

PerBranch<float> toHost(const at::Tensor &values)
{
    const at::Tensor host = values.flatten().to(at::kCPU, at::kFloat).contiguous();
    PerBranch<float> out;
    std::copy_n(host.data_ptr<float>(), branchCount, out.values.begin());
    return out;
}

Selection onlyBranch(Branch branch)
{
    Selection selection;
    selection.active[branch] = true;
    selection.weights[branch] = 1;
    return selection;
}

// Selection of a NaN would pick branches at random.
void requireFinite(const PerBranch<float> &alpha)
{
    if (!std::all_of(alpha.values.begin(), alpha.values.end(), [](float value) { return std::isfinite(value); }))
        throw Error(ErrorCode::InvalidModel, "the router gave weights that are not numbers",
                    "the checkpoint is damaged: use another one");
}

} // namespace

QmopCompressor::QmopCompressor(WeightScope weights, ProjectorConfig config, std::optional<Branch> forced)
    : m_weights(std::move(weights))
    , m_config(config)
    , m_forced(forced)
{
}

RoutingOutput QmopCompressor::route(const CompressorInput &input, const CompressorOptions &options) const
{
    const at::Tensor logits = routerLogits(m_weights / "qmop" / "router", input.classRow, input.eos);
    RoutingOutput routing;
    routing.logits = toHost(logits);
    routing.alpha = toHost(routingWeights(logits, m_config.temperature));
    routing.temperature = float(m_config.temperature);
    routing.forced = m_forced.has_value();
    if (m_forced) {
        routing.selection = onlyBranch(*m_forced);
        return routing;
    }
    requireFinite(routing.alpha);
    routing.selection = selectBranches(routing.alpha, options.fusion, options.threshold);
    return routing;
}

BranchOutput QmopCompressor::computeBranch(Branch branch, const CompressorInput &input,
                                           std::optional<PruningScores> &scores) const
{
    switch (branch) {
    case Branch::Pool:
        return poolBranch(m_weights / "qmop" / "pooling", m_config, input.rows, true);
    case Branch::Resample:
        return resampleBranch(m_weights / "qmop" / "resampler", m_config, input.rows, true);
    case Branch::Prune:
        break;
    }
    scores = pruningScores(m_config, input.classAttention, input.jointPatches(), input.jointText, input.padding);
    return pruneBranch(input.rows, *scores, true);
}

CompressedTokens QmopCompressor::compress(const CompressorInput &input, const CompressorOptions &options,
                                          const PartObserver &observer) const
{
    const auto begin = [&](std::string_view part) {
        if (observer)
            observer(part);
    };
    CompressedTokens tokens;
    begin("route");
    tokens.routing = route(input, options);
    const Selection &selection = tokens.routing->selection;

    begin("branches");
    PerBranch<at::Tensor> rows;
    for (Branch branch : allBranches) {
        if (!selection.active[branch])
            continue;
        const BranchOutput out = computeBranch(branch, input, tokens.pruning);
        rows[branch] = out.rows;
        tokens.branches.push_back({branch, true, out.provenance[0]});
        const at::Tensor share = out.provenance[0] * double(selection.weights[branch]);
        tokens.provenance = tokens.provenance.defined() ? tokens.provenance + share : share;
        ++tokens.branchesComputed;
    }

    begin("project");
    const at::Tensor weights
        = at::tensor(at::ArrayRef<float>(selection.weights.values), at::kFloat).to(input.rows.device()).unsqueeze(0);
    tokens.rows = projectorMlp(m_weights / "multi_modal_projector", fuseBranches(rows, weights));
    return tokens;
}

void QmopCompressor::addInactiveBranches(const CompressorInput &input, CompressedTokens &tokens) const
{
    for (Branch branch : allBranches)
        if (!tokens.routing->selection.active[branch])
            tokens.branches.push_back({branch, false, computeBranch(branch, input, tokens.pruning).provenance[0]});
    std::sort(tokens.branches.begin(), tokens.branches.end(),
              [](const BranchRecord &a, const BranchRecord &b) { return a.branch < b.branch; });
}

} // namespace qmop

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

// Pruning alone can make another number of tokens than it was trained for.
void requireEqualTokens(const PerBranch<at::Tensor> &rows)
{
    std::int64_t tokens = 0;
    for (const at::Tensor &branch : rows.values) {
        const std::int64_t count = branch.defined() ? branch.size(1) : tokens;
        if (tokens != 0 && count != tokens)
            throw Error(ErrorCode::InvalidArgument,
                        "pruning keeps " + std::to_string(count) + " patches, the other branches make "
                            + std::to_string(tokens) + " tokens",
                        "force pruning alone, or keep as many patches as the budget says");
        tokens = count;
    }
}

at::Device deviceOf(const PerBranch<at::Tensor> &rows)
{
    const auto found
        = std::find_if(rows.values.begin(), rows.values.end(), [](const at::Tensor &t) { return t.defined(); });
    return found->device();
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
    const Overrides &overrides = options.overrides;
    const std::optional<Branch> forced = m_forced ? m_forced : overrides.force;
    routing.forced = forced.has_value();
    routing.given = overrides.alpha.has_value();
    if (forced) {
        routing.selection = onlyBranch(*forced);
    } else if (overrides.alpha) {
        routing.selection = givenWeights(*overrides.alpha, overrides.off);
    } else {
        requireFinite(routing.alpha);
        routing.selection = selectBranches(routing.alpha, options.fusion, options.threshold, overrides.off);
    }
    return routing;
}

PruningScores QmopCompressor::scorePatches(const CompressorInput &input, const Overrides &overrides) const
{
    ProjectorConfig config = m_config;
    config.pruneLambda = overrides.lambda.value_or(config.pruneLambda);
    PruningScores scores
        = pruningScores(config, input.classAttention, input.jointPatches(), input.jointText, input.padding);
    if (!overrides.changesKept())
        return scores;
    const at::Tensor combined = scores.combined[0].to(at::kCPU).contiguous();
    const at::Tensor padding
        = input.padding.defined() ? input.padding[0].to(at::kCPU, at::kByte).contiguous() : at::empty({0}, at::kByte);
    const std::vector<int> kept
        = keptUnder({combined.data_ptr<float>(), std::size_t(combined.numel())},
                    {padding.data_ptr<std::uint8_t>(), std::size_t(padding.numel())}, config.budget, overrides);
    scores.kept = at::tensor(at::ArrayRef<int>(kept), at::kInt).to(scores.kept.options()).unsqueeze(0);
    return scores;
}

BranchOutput QmopCompressor::computeBranch(Branch branch, const CompressorInput &input, const Overrides &overrides,
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
    scores = scorePatches(input, overrides);
    return pruneBranch(input.rows, *scores, true);
}

at::Tensor QmopCompressor::fuse(const PerBranch<at::Tensor> &rows, const Selection &selection) const
{
    const at::Tensor weights
        = at::tensor(at::ArrayRef<float>(selection.weights.values), at::kFloat).to(deviceOf(rows)).unsqueeze(0);
    return projectorMlp(m_weights / "multi_modal_projector", fuseBranches(rows, weights));
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
    for (Branch branch : allBranches) {
        if (!selection.active[branch])
            continue;
        const BranchOutput out = computeBranch(branch, input, options.overrides, tokens.pruning);
        tokens.branchRows[branch] = out.rows;
        requireEqualTokens(tokens.branchRows);
        tokens.branches.push_back({branch, true, out.provenance[0]});
        const at::Tensor share = out.provenance[0] * double(selection.weights[branch]);
        tokens.provenance = tokens.provenance.defined() ? tokens.provenance + share : share;
        ++tokens.branchesComputed;
    }

    begin("project");
    tokens.rows = fuse(tokens.branchRows, selection);
    return tokens;
}

at::Tensor QmopCompressor::withKept(const CompressorInput &input, const CompressedTokens &tokens,
                                    const at::Tensor &kept) const
{
    const Selection &selection = tokens.routing->selection;
    if (!selection.active[Branch::Prune])
        throw Error(ErrorCode::InvalidArgument, "pruning was off in this run: no dropped patch could change its answer",
                    "force pruning, or give it a weight");
    PruningScores scores;
    scores.kept = kept;
    PerBranch<at::Tensor> rows;
    for (Branch branch : allBranches)
        if (selection.active[branch])
            rows[branch] = tokens.branchRows[branch].expand({kept.size(0), -1, -1});
    rows[Branch::Prune] = pruneBranch(input.rows.expand({kept.size(0), -1, -1}), scores, false).rows;
    requireEqualTokens(rows);
    return fuse(rows, selection);
}

void QmopCompressor::addInactiveBranches(const CompressorInput &input, const CompressorOptions &options,
                                         CompressedTokens &tokens) const
{
    for (Branch branch : allBranches) {
        if (tokens.routing->selection.active[branch])
            continue;
        const BranchOutput out = computeBranch(branch, input, options.overrides, tokens.pruning);
        tokens.branches.push_back({branch, false, out.provenance[0]});
    }
    std::sort(tokens.branches.begin(), tokens.branches.end(),
              [](const BranchRecord &a, const BranchRecord &b) { return a.branch < b.branch; });
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// QMoP at inference (paper, section 3.4): route, compute only the branches that
// the fusion mode selects, fuse, project.
#pragma once

#include "models/compressors/compressor.h"

#include <optional>

namespace qmop {

class QmopCompressor : public Compressor {
public:
    // With `forced` the router is still asked, for the trace, but that one
    // branch alone makes the tokens. This is not a separately trained single
    // branch as in the paper's ablation.
    QmopCompressor(WeightScope weights, ProjectorConfig config, std::optional<Branch> forced);

    bool readsQuestion() const override { return true; }
    CompressedTokens compress(const CompressorInput &input, const CompressorOptions &options,
                              const PartObserver &observer) const override;
    void addInactiveBranches(const CompressorInput &input, const CompressorOptions &options,
                             CompressedTokens &tokens) const override;
    at::Tensor withKept(const CompressorInput &input, const CompressedTokens &tokens,
                        const at::Tensor &kept) const override;

private:
    RoutingOutput route(const CompressorInput &input, const CompressorOptions &options) const;
    BranchOutput computeBranch(Branch branch, const CompressorInput &input, const Overrides &overrides,
                               std::optional<PruningScores> &scores) const;
    PruningScores scorePatches(const CompressorInput &input, const Overrides &overrides) const;
    at::Tensor fuse(const PerBranch<at::Tensor> &rows, const Selection &selection) const;

    WeightScope m_weights;
    ProjectorConfig m_config;
    std::optional<Branch> m_forced;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pruning (paper, equations 3 and 4): keeps the M rows with the highest
// s = lambda importance + (1 - lambda) relevance, both min-max scaled per
// picture. Importance is the class token's attention in the last layer,
// relevance the cosine of patch and question in CLIP's joint space. No weights.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/projector/branch_output.h"

namespace qmop {

struct PruningScores {
    at::Tensor importance; // [B, N] float32 in [0, 1]
    at::Tensor relevance; // [B, N] float32 in [0, 1]
    at::Tensor combined; // [B, N] float32 in [0, 1]
    at::Tensor kept; // [B, M] int64, ascending patch indices; ties go to the lower index
    double lambda = 0.5; // that made `combined`
};

// classAttention: [B, N]; jointPatches: [B, N, P] and jointText: [B, P], both
// L2-normalised. excluded (optional): [B, N] bool, patches that show only
// padding: never kept while others remain, and left out of the scaling.
PruningScores pruningScores(const ProjectorConfig &config, const at::Tensor &classAttention,
                            const at::Tensor &jointPatches, const at::Tensor &jointText,
                            const at::Tensor &excluded = {});

// Gathers the kept rows of X. [B, N, C] -> [B, M, C]
BranchOutput pruneBranch(const at::Tensor &rows, const PruningScores &scores, bool withProvenance);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mixture of the branches: T = sum_k alpha_k X_k, with all branches in training
// and only the selected ones, renormalised, at inference (paper, section 3.4).
#pragma once

#include "qmop/branch.h"

#include <ATen/core/Tensor.h>

namespace qmop {

struct Selection {
    PerBranch<bool> active{};
    PerBranch<float> weights{}; // renormalised over the active branches, 0 elsewhere; sums to 1
};

// At least one branch stays; ties go to the earlier branch. Branches in `off`
// take no part: the selection is among the others (one at least).
Selection selectBranches(const PerBranch<float> &alpha, FusionMode mode, double threshold,
                         const PerBranch<bool> &off = {});

// The weights themselves as selection, scaled to sum 1 without those in `off`;
// weights that sum to 1 already (within 1e-6) stay as they are to the bit.
Selection givenWeights(const PerBranch<double> &weights, const PerBranch<bool> &off = {});

// rows[k]: [B, M, C] (undefined where inactive), alpha: [B, 3] -> [B, M, C].
// An inactive branch's rows are never read.
at::Tensor fuseBranches(const PerBranch<at::Tensor> &rows, const at::Tensor &alpha);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace qmop {

// What one branch makes of the patch rows X.
struct BranchOutput {
    at::Tensor rows; // [B, M, C]
    at::Tensor provenance; // [B, M, N] float32, rows sum to 1; undefined unless asked for; no gradient
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Local attention pooling (paper, equations 6 and 7): the learned query map
// Q2d [h, w, C]; query (i, j) attends only to its own s x s window, whose keys
// and values are linear maps of the rows: softmax(q k^T / sqrt(C)) v. Q2d
// starts at zero and the value map at identity, so training starts from mean
// pooling.
//
// Weights below the scope: query [M, C], key.{weight,bias}, value.{weight,bias}.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"
#include "models/projector/branch_output.h"

namespace qmop {

// rows: [B, N, C] on a square grid.
BranchOutput poolBranch(const WeightScope &weights, const ProjectorConfig &config, const at::Tensor &rows,
                        bool withProvenance);

} // namespace qmop

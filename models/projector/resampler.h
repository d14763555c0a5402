// SPDX-License-Identifier: GPL-3.0-or-later
//
// Resampler (paper, equation 5): one cross-attention of M learned queries over
// all patch rows, softmax(Q K^T / sqrt(d)) V per head, not conditioned on the
// text. LayerNorm on queries and rows, fixed 2-D sine-cosine positions on
// queries and keys, output projection.
//
// Weights below the scope: query [M, C], query_norm.{weight,bias},
// row_norm.{weight,bias}, {query,key,value,output}_projection.{weight,bias}.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"
#include "models/projector/branch_output.h"

namespace qmop {

// rows: [B, N, C] on a square grid. Provenance: attention, mean over heads.
BranchOutput resampleBranch(const WeightScope &weights, const ProjectorConfig &config, const at::Tensor &rows,
                            bool withProvenance);

// Fixed positions of a side x side grid sampled at the centres of an
// outSide x outSide grid. [outSide^2, channels] float32
at::Tensor gridPositions(int side, int outSide, int channels);

} // namespace qmop

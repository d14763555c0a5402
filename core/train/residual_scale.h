// SPDX-License-Identifier: GPL-3.0-or-later
//
// The size of the vision tower's residual stream, which its own layers do not
// see: they all read it through a LayerNorm.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

namespace qmop::train {

// Divides everything that writes to the residual stream by 2^k, so that the
// standard deviation of patch rows X, now `deviation`, comes nearest to 1. Powers
// of two are exact in every number type. Class attention and joint-space rows
// stay what they were (but for the LayerNorms' epsilon); the rows become what a
// projector with ordinary first weights and rates can read: next to rows of size
// 26 a rate of 1e-3 changes its first layer's outputs by more than their size in
// every step. Returns 2^-k.
double normaliseResidualStream(TensorMap &tensors, const VisionConfig &config, double deviation);

} // namespace qmop::train

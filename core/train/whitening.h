// SPDX-License-Identifier: GPL-3.0-or-later
//
// First weights of the patch convolution from the pictures' own statistics.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Generator.h>

namespace qmop::train {

// Sets embeddings.patch_embedding so that its outputs for patches like those
// of `pixels` [B, 3, S, S] are uncorrelated: W = 0.5 R C^(-1/2) with the
// patches' covariance C + 1e-3 I and random orthonormal rows R (columns, where
// the tower is wider than a patch has values); bias -W mu. The symmetric root
// does not depend on the signs that an eigensolver chooses.
void whitenPatches(TensorMap &tensors, const VisionConfig &config, const at::Tensor &pixels, at::Generator generator);

} // namespace qmop::train

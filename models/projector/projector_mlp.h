// SPDX-License-Identifier: GPL-3.0-or-later
//
// LLaVA's mlp2x_gelu, shared by all branches after fusion: linear C -> D, GELU,
// linear D -> D. Names of Hugging Face's multi_modal_projector.
#pragma once

#include "models/checkpoint/weights.h"

namespace qmop {

// [..., C] -> [..., D]
at::Tensor projectorMlp(const WeightScope &weights, const at::Tensor &rows);

} // namespace qmop

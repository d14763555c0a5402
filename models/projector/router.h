// SPDX-License-Identifier: GPL-3.0-or-later
//
// Query Guided Router (paper, equations 1 and 2): f = concat(v_CLS, t_EOS),
// logits = W2 gelu(W1 f + b1) + b2, one per branch.
//
// Weights below the scope: linear_1.{weight,bias}, linear_2.{weight,bias}.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

namespace qmop {

// classRow: [B, C1], eos: [B, C2] -> logits [B, 3] in the order of Branch.
at::Tensor routerLogits(const WeightScope &weights, const at::Tensor &classRow, const at::Tensor &eos);

// softmax((logits + gamma * gumbel) / tau): [B, 3]. `gumbel` [B, 3] may be
// undefined (inference, gamma = 0).
at::Tensor routingWeights(const at::Tensor &logits, double tau, double gamma = 0, const at::Tensor &gumbel = {});

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/projector_mlp.h"

#include <ATen/ATen.h>

namespace qmop {

at::Tensor projectorMlp(const WeightScope &weights, const at::Tensor &rows)
{
    const at::Tensor hidden = at::gelu(at::linear(rows, weights["linear_1.weight"], weights["linear_1.bias"]));
    return at::linear(hidden, weights["linear_2.weight"], weights["linear_2.bias"]);
}

} // namespace qmop

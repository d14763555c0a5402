// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the projector leaves the compute type: softmax and weighted sums run in
// float32 at least, whatever the weights are stored in.
#pragma once

#include <ATen/core/Tensor.h>

namespace qmop {

// float64 for float64, float32 for everything narrower.
inline at::ScalarType wideType(const at::Tensor &tensor)
{
    return tensor.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

inline at::Tensor widened(const at::Tensor &tensor)
{
    return tensor.to(wideType(tensor));
}

} // namespace qmop

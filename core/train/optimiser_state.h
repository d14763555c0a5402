// SPDX-License-Identifier: GPL-3.0-or-later
//
// Copying saved optimiser state back.
#pragma once

#include "models/checkpoint/weights.h"

#include <string>

namespace qmop::train {

// Copies state[name] into `into`. Throws Error{InvalidModel} naming the tensor
// when it is missing or has another shape or type.
void takeState(const TensorMap &state, const std::string &name, at::Tensor &into);

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The type in which a network computes, and that its activations are kept in.
#pragma once

#include <ATen/autocast_mode.h>
#include <ATen/core/Tensor.h>

namespace qmop {

// Whether this CPU multiplies bfloat16 in hardware (AMX or AVX-512-BF16), asked
// now: emulated, it is tens of times slower than float32.
bool multipliesBfloat16();

// Whether it does so in tiles (AMX). Training in bfloat16 over float32 weights gains by it; with AVX-512-BF16 alone the
// casts cost more than the products save (a step of stage 1 took 1.29 times float32's CPU time).
bool multipliesBfloat16Tiles();

// Autocast's type while it is on (training in bf16 over float32 weights), else
// the type of the weights (inference: the whole network has one type). Keeping
// the residual stream in this type saves autocast a cast at every layer.
inline at::ScalarType computeType(const at::Tensor &weight)
{
    const at::DeviceType device = weight.device().type();
    return at::autocast::is_autocast_enabled(device) ? at::autocast::get_autocast_dtype(device) : weight.scalar_type();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which tensors a configuration needs and in which shapes, checked before the
// first run, so that a wrong file is named and not met half-way.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

namespace qmop {

// Towers, MLP and decoder. Throws Error{InvalidModel} naming the tensor.
void checkBaseTensors(const ModelConfig &config, const TensorMap &tensors);

// Pooling, resampler and router of config.qmop.
void checkQmopTensors(const ModelConfig &config, const TensorMap &tensors);

} // namespace qmop

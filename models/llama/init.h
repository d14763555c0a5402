// SPDX-License-Identifier: GPL-3.0-or-later
//
// First weights of the decoder for training, float32, under the names of a
// checkpoint folder (language_model.*). Matrices are normal with
// 1/sqrt(3 fan-in), those that write to the residual stream with
// 0.02/sqrt(2 layers) (GPT-2, section 2.3), embeddings with 0.02; norms are 1.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Generator.h>

namespace qmop {

TensorMap initDecoder(const DecoderConfig &config, at::Generator generator);

} // namespace qmop

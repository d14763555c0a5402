// SPDX-License-Identifier: GPL-3.0-or-later
//
// First weights of CLIP's towers for training, float32, under the names of a
// checkpoint folder. Matrices are normal with 1/sqrt(3 fan-in), which is
// PyTorch's default variance; those that write to the residual stream are
// normal with 0.02/sqrt(2 layers), so that its variance does not grow with
// depth (GPT-2, section 2.3); embeddings normal with 0.02; biases 0, norms 1.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Generator.h>

namespace qmop {

// vision_tower.vision_model.*, and text_tower.visual_projection.weight [P, C],
// which only the vision tower's width determines.
TensorMap initVision(const VisionConfig &config, at::Generator generator);

// text_tower.text_model.* and text_tower.text_projection.weight [P, C2].
TensorMap initText(const TextTowerConfig &config, at::Generator generator);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/residual_scale.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <string>

namespace qmop::train {

double normaliseResidualStream(TensorMap &tensors, const VisionConfig &config, double deviation)
{
    const at::NoGradGuard noGradient;
    const double factor = std::exp2(-std::round(std::log2(deviation)));
    const std::string model = "vision_tower.vision_model.";
    const auto scale = [&](const std::string &linear) {
        for (const char *part : {".weight", ".bias"})
            tensors.at(model + linear + part).mul_(factor);
    };
    scale("pre_layrnorm");
    for (int i = 0; i < config.layers; ++i) {
        const std::string layer = "encoder.layers." + std::to_string(i) + ".";
        scale(layer + "self_attn.out_proj");
        scale(layer + "mlp.fc2");
    }
    return factor;
}

} // namespace qmop::train

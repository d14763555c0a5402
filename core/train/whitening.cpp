// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/whitening.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace qmop::train {

void whitenPatches(TensorMap &tensors, const VisionConfig &config, const at::Tensor &pixels, at::Generator generator)
{
    const at::NoGradGuard noGradient;
    const std::int64_t grid = config.gridSide();
    const std::int64_t patch = config.patchSize;
    const std::int64_t values = 3 * patch * patch;
    const at::Tensor patches = pixels.to(at::kDouble)
                                   .reshape({-1, 3, grid, patch, grid, patch})
                                   .permute({0, 2, 4, 1, 3, 5})
                                   .reshape({-1, values});
    const at::Tensor mean = patches.mean(0);
    const at::Tensor centred = patches - mean;
    const at::Tensor covariance = at::mm(centred.t(), centred) / double(patches.size(0) - 1);
    const auto [eigenvalues, eigenvectors] = at::linalg_eigh(covariance);
    const at::Tensor root = at::mm(eigenvectors * at::rsqrt(eigenvalues.clamp_min(0) + 1e-3), eigenvectors.t());

    const std::int64_t width = config.hiddenSize;
    const bool wide = width > values;
    const at::Tensor random = at::randn({wide ? width : values, wide ? values : width}, generator).to(at::kDouble);
    const at::Tensor orthonormal = std::get<0>(at::linalg_qr(random));
    const at::Tensor rotation = wide ? orthonormal : orthonormal.t(); // [width, values]
    const at::Tensor weight = at::mm(rotation, root) * 0.5;

    const std::string name = "vision_tower.vision_model.embeddings.patch_embedding.";
    tensors[name + "weight"] = weight.reshape({width, 3, patch, patch}).to(at::kFloat);
    tensors[name + "bias"] = -at::mv(weight, mean).to(at::kFloat);
}

} // namespace qmop::train

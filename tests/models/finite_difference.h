// SPDX-License-Identifier: GPL-3.0-or-later
//
// A numeric check of gradients, in double.
#pragma once

#include "models/checkpoint/weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace qmop {

// Double copies that want gradients.
inline TensorMap trainableDoubles(const TensorMap &tensors)
{
    TensorMap doubles;
    for (const auto &[name, tensor] : tensors)
        doubles[name] = tensor.detach().to(at::kDouble).clone().set_requires_grad(true);
    return doubles;
}

// Backpropagates loss(), then moves a few entries of every tensor by +-1e-5.
// Returns the largest |analytic - numeric| over the largest |analytic| seen
// anywhere; a tensor without a gradient counts as zero gradient.
inline double gradientError(TensorMap &tensors, const std::function<at::Tensor()> &loss)
{
    loss().backward();
    double worst = 0;
    double largest = 0;
    for (auto &[name, tensor] : tensors) {
        const at::Tensor gradient
            = tensor.grad().defined() ? tensor.grad().flatten() : at::zeros({tensor.numel()}, at::kDouble);
        largest = std::max(largest, gradient.abs().max().item<double>());
        const c10::NoGradGuard noGradient;
        const at::Tensor flat = tensor.view({-1});
        for (std::int64_t i : {std::int64_t(0), tensor.numel() / 3, tensor.numel() - 1}) {
            const double middle = flat[i].item<double>();
            flat[i].fill_(middle + 1e-5);
            const double above = loss().item<double>();
            flat[i].fill_(middle - 1e-5);
            const double below = loss().item<double>();
            flat[i].fill_(middle);
            worst = std::max(worst, std::abs((above - below) / 2e-5 - gradient[i].item<double>()));
        }
    }
    return worst / largest;
}

} // namespace qmop

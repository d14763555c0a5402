// SPDX-License-Identifier: GPL-3.0-or-later
//
// Autograd against central differences, in float64.
#pragma once

#include "models/checkpoint/weights.h"

#include <ATen/ATen.h>

#include <cmath>
#include <functional>
#include <string>

namespace qmop {

// A fixed random linear functional of a result, so that every element counts.
inline at::Tensor weighted(const at::Tensor &result)
{
    const at::Tensor index = at::arange(result.numel(), at::kDouble).view(result.sizes());
    return (result * at::sin(index * 1.7 + 0.3)).sum();
}

// Largest |autograd - numeric| / (1 + |numeric|) over all elements of all
// tensors; infinity where a tensor got no gradient. `loss` reads the tensors.
inline double gradientError(TensorMap &tensors, const std::function<at::Tensor(const TensorMap &)> &loss)
{
    for (auto &[name, tensor] : tensors)
        tensor = tensor.to(at::kDouble).clone().set_requires_grad(true);
    loss(tensors).backward();
    double worst = 0;
    for (auto &[name, tensor] : tensors) {
        if (!tensor.grad().defined())
            return INFINITY;
        at::Tensor flat = tensor.detach().flatten(); // shares the memory
        const at::Tensor gradient = tensor.grad().flatten().contiguous();
        for (std::int64_t i = 0; i < flat.numel(); ++i) {
            constexpr double step = 1e-5;
            double *value = flat.data_ptr<double>() + i;
            const double before = *value;
            *value = before + step;
            const double above = loss(tensors).item<double>();
            *value = before - step;
            const double below = loss(tensors).item<double>();
            *value = before;
            const double numeric = (above - below) / (2 * step);
            worst = std::max(worst, std::abs(gradient[i].item<double>() - numeric) / (1 + std::abs(numeric)));
        }
    }
    return worst;
}

inline at::Generator seeded(std::uint64_t seed)
{
    return at::detail::createCPUGenerator(seed);
}

// Every tensor of a fresh initialisation moved by noise, in float64: nothing is
// zero or an identity any more.
inline TensorMap shaken(const TensorMap &tensors, double deviation, std::uint64_t seed)
{
    at::Generator generator = seeded(seed);
    TensorMap moved;
    for (const auto &[name, tensor] : tensors)
        moved[name] = tensor.to(at::kDouble) + deviation * at::randn(tensor.sizes(), generator, at::kDouble);
    return moved;
}

inline double largest(const at::Tensor &tensor)
{
    return tensor.abs().max().item<double>();
}

} // namespace qmop

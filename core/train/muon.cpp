// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/muon.h"

#include "core/train/optimiser_state.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace qmop::train {

at::Tensor orthogonalise(const at::Tensor &matrices, int iterations, at::ScalarType type)
{
    const bool tall = matrices.size(1) > matrices.size(2);
    const at::Tensor wide = tall ? matrices.transpose(1, 2) : matrices;
    const at::Tensor norms = wide.norm(2, {1, 2}, true) + 1e-7;
    at::Tensor x = (wide / norms).to(type).contiguous();
    for (int i = 0; i < iterations; ++i) {
        const at::Tensor a = at::bmm(x, x.transpose(1, 2));
        x = at::baddbmm(x, at::baddbmm(a, a, a, -4.7750, 2.0315), x, 3.4445, 1.0);
    }
    x = x.to(at::kFloat);
    return tall ? x.transpose(1, 2) : x;
}

Muon::Muon(TensorMap parameters, const MuonConfig &config)
    : m_parameters(std::move(parameters))
    , m_config(config)
{
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::string>> byShape;
    for (const auto &[name, tensor] : m_parameters) {
        if (tensor.dim() != 2)
            throw Error(ErrorCode::Internal, "Muon takes matrices, " + name + " is none");
        m_momentum[name] = at::zeros_like(tensor.detach());
        byShape[{tensor.size(0), tensor.size(1)}].push_back(name);
    }
    for (auto &[shape, names] : byShape)
        m_groups.push_back(std::move(names));
}

void Muon::step(double rate)
{
    const at::NoGradGuard noGradient;
    for (const std::vector<std::string> &names : m_groups) {
        std::vector<at::Tensor> updates;
        for (const std::string &name : names) {
            at::Tensor &parameter = m_parameters[name];
            at::Tensor &momentum = m_momentum[name];
            const at::Tensor gradient
                = parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter.detach());
            momentum.lerp_(gradient, 1.0 - m_config.momentum);
            updates.push_back(at::lerp(gradient, momentum, m_config.momentum));
            parameter.mutable_grad().reset();
        }
        const at::Tensor update = orthogonalise(at::stack(updates), m_config.iterations, m_config.type);
        const double shape = std::sqrt(std::max(1.0, double(update.size(1)) / double(update.size(2))));
        for (std::size_t i = 0; i < names.size(); ++i) {
            at::Tensor &parameter = m_parameters[names[i]];
            parameter.mul_(1.0 - rate * m_config.weightDecay);
            parameter.add_(update[std::int64_t(i)], -rate * shape);
        }
    }
}

void Muon::save(TensorMap &state) const
{
    for (const auto &[name, tensor] : m_momentum)
        state["muon.momentum." + name] = tensor;
}

void Muon::load(const TensorMap &state)
{
    for (auto &[name, tensor] : m_momentum)
        takeState(state, "muon.momentum." + name, tensor);
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/adamw.h"

#include "core/train/optimiser_state.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <vector>

namespace qmop::train {
namespace {

// The lists that the fused kernel takes, for the tensors of one decay.
struct Lists {
    std::vector<at::Tensor> parameters, gradients, first, second, steps;
};

} // namespace

AdamW::AdamW(TensorMap parameters, const AdamWConfig &config)
    : m_parameters(std::move(parameters))
    , m_config(config)
{
    for (const auto &[name, tensor] : m_parameters) {
        m_first[name] = at::zeros_like(tensor.detach());
        m_second[name] = at::zeros_like(tensor.detach());
    }
}

void AdamW::step(double rate)
{
    const at::NoGradGuard noGradient;
    ++m_steps;
    Lists decayed, plain;
    for (auto &[name, tensor] : m_parameters) {
        Lists &lists = tensor.dim() >= 2 ? decayed : plain;
        lists.parameters.push_back(tensor);
        lists.gradients.push_back(tensor.grad().defined() ? tensor.grad() : at::zeros_like(tensor));
        lists.first.push_back(m_first[name]);
        lists.second.push_back(m_second[name]);
        lists.steps.push_back(at::scalar_tensor(double(m_steps), at::kFloat));
    }
    for (Lists *lists : {&decayed, &plain}) {
        if (lists->parameters.empty())
            continue;
        at::_fused_adamw_(lists->parameters, lists->gradients, lists->first, lists->second, {}, lists->steps, rate,
                          m_config.beta1, m_config.beta2, lists == &decayed ? m_config.weightDecay : 0.0,
                          m_config.epsilon, false, false);
    }
    for (auto &[name, tensor] : m_parameters)
        tensor.mutable_grad().reset();
}

void AdamW::save(TensorMap &state) const
{
    for (const auto &[name, tensor] : m_first)
        state["adamw.first." + name] = tensor;
    for (const auto &[name, tensor] : m_second)
        state["adamw.second." + name] = tensor;
    state["adamw.steps"] = at::scalar_tensor(m_steps, at::kLong);
}

void AdamW::load(const TensorMap &state)
{
    for (auto &[name, tensor] : m_first)
        takeState(state, "adamw.first." + name, tensor);
    for (auto &[name, tensor] : m_second)
        takeState(state, "adamw.second." + name, tensor);
    at::Tensor steps = at::scalar_tensor(0, at::kLong);
    takeState(state, "adamw.steps", steps);
    m_steps = steps.item<std::int64_t>();
}

} // namespace qmop::train

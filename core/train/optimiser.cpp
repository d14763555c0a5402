// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/optimiser.h"

#include "core/train/schedule.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace qmop::train {
namespace {

TensorMap select(const StageTask &task, const StageRecipe &stage, bool forMuon)
{
    TensorMap selected;
    for (const auto &[name, tensor] : task.trained())
        if ((stage.optimiser.muonRate > 0 && task.isBlockMatrix(name)) == forMuon)
            selected[name] = tensor;
    return selected;
}

AdamWConfig adamConfig(const OptimiserRecipe &recipe)
{
    return {recipe.beta1, recipe.beta2, 1e-8, recipe.weightDecay};
}

} // namespace

double clipGradients(const TensorMap &tensors, double limit)
{
    if (limit <= 0)
        return 0;
    const at::NoGradGuard noGradient;
    std::vector<at::Tensor> norms;
    for (const auto &[name, tensor] : tensors)
        if (tensor.grad().defined())
            norms.push_back(at::linalg_vector_norm(tensor.grad()));
    if (norms.empty())
        return 0;
    const double norm = at::linalg_vector_norm(at::stack(norms)).item<double>();
    if (norm > limit)
        for (const auto &[name, tensor] : tensors)
            if (tensor.grad().defined())
                tensor.grad().mul_(limit / (norm + 1e-6));
    return norm;
}

Optimiser::Optimiser(const StageTask &task, const StageRecipe &stage, at::ScalarType type)
    : m_stage(stage)
    , m_trained(task.trained())
    , m_adam(select(task, stage, false), adamConfig(stage.optimiser))
    , m_muon(select(task, stage, true), {stage.optimiser.muonMomentum, stage.optimiser.muonWeightDecay, 5, type})
{
}

double Optimiser::factor(std::int64_t step) const
{
    const OptimiserRecipe &recipe = m_stage.optimiser;
    return recipe.decay > 0 ? trapezoidFactor(step, m_stage.steps, recipe.warmup, recipe.decay, recipe.floor)
                            : cosineFactor(step, m_stage.steps, recipe.warmup, recipe.floor);
}

double Optimiser::adamRate(std::int64_t step) const
{
    return m_stage.optimiser.adamRate * factor(step);
}

double Optimiser::muonRate(std::int64_t step) const
{
    return m_stage.optimiser.muonRate * factor(step);
}

void Optimiser::step(std::int64_t step)
{
    clipGradients(m_trained, m_stage.optimiser.clip);
    m_adam.step(adamRate(step));
    m_muon.step(muonRate(step));
}

TensorMap Optimiser::state() const
{
    TensorMap state;
    m_adam.save(state);
    m_muon.save(state);
    return state;
}

void Optimiser::load(const TensorMap &state)
{
    m_adam.load(state);
    m_muon.load(state);
}

} // namespace qmop::train

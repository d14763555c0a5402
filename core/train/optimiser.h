// SPDX-License-Identifier: GPL-3.0-or-later
//
// A stage's optimiser: Muon for the matrices of transformer blocks where the
// recipe asks for it, AdamW for everything else, gradients clipped together.
#pragma once

#include "core/train/adamw.h"
#include "core/train/muon.h"
#include "core/train/recipe.h"
#include "core/train/stage_task.h"

#include <cstdint>

namespace qmop::train {

class Optimiser {
public:
    // `type`: in which Muon's iteration multiplies.
    Optimiser(const StageTask &task, const StageRecipe &stage, at::ScalarType type);

    // Rates at a step, after warm-up and decay.
    double adamRate(std::int64_t step) const;
    double muonRate(std::int64_t step) const;

    // Clips, updates and clears the gradients.
    void step(std::int64_t step);

    TensorMap state() const;
    void load(const TensorMap &state);

private:
    double factor(std::int64_t step) const;

    StageRecipe m_stage;
    TensorMap m_trained;
    AdamW m_adam;
    Muon m_muon;
};

// Scales the gradients of `tensors` so that their norm, taken together, is at
// most `limit`; does nothing for limit 0. Returns the norm before.
double clipGradients(const TensorMap &tensors, double limit);

} // namespace qmop::train

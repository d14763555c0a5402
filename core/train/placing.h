// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a thing lies, told on to the words that ask for it. Attention that finds the right patches still has to
// bring their place along: with 99 of 100 training questions about above and below right, left and right stood at
// chance, and corners were half right. Linear heads read the place from the rows that looked.
#pragma once

#include "core/train/language_batch.h"
#include "core/train/loss_sum.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <array>

namespace qmop::train {

inline constexpr const char *placedHeads = "heads.placed";

// Mean row and column of each look's patches from the middle of the grid, in quarters of its side: -2 ... 2; not a
// number where it has none. columns: LookRows' of T text columns. [G, 2] float32
at::Tensor lookPlaces(const at::Tensor &columns, std::int64_t text);

// Two heads of `width` inputs, named below placedHeads.
TensorMap initPlacedHeads(std::int64_t width, at::Generator &generator);

// A step's losses, collected while its batch is decoded.
class Placing {
public:
    // For a decoder of so many layers; keeps references to both.
    Placing(const TensorMap &heads, const LanguageBatch &batch, int layers);

    // What a layer hands on: [S, prefix + T, D].
    void observe(int layer, const at::Tensor &hidden);
    // Smooth L1 of the heads' places, a mean over looks at patches.
    void addTo(LossSum &sum, double weight) const;

private:
    struct Part {
        const char *name;
        int layer;
        const LookRows &looks;
        at::Tensor value;
        double count = 0;
    };
    const TensorMap &m_heads;
    const LanguageBatch &m_batch;
    std::array<Part, 2> m_parts;
};

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// From which patches each visual token was made: what every panel draws from.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace qmop {

// A row-stochastic matrix: row m holds the share of every patch in visual token
// m. A pruned token has one 1, a pooled token a distribution over its window, a
// resampled token a row over all patches. Rows sum to 1 within 1e-4.
struct Provenance {
    int tokens = 0;             // M
    int patches = 0;            // N
    std::vector<float> weights; // [M, N] float32, row-major

    std::span<const float> row(int token) const
    {
        return {weights.data() + std::size_t(token) * patches, std::size_t(patches)};
    }
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The histogram of pruning scores as numbers.
#pragma once

#include "qmop/run_trace.h"

#include <vector>

namespace qmop {

// Counts over equal bins of 0 ... 1. Padding is left out of both.
struct ScoreBins {
    std::vector<int> kept;
    std::vector<int> dropped;

    double width() const { return 1.0 / double(kept.size()); }
    double centre(int bin) const { return (bin + 0.5) * width(); }
};

ScoreBins binScores(const PruningTrace &pruning, const PatchGrid &grid, int bins);

// The bins that hold these patches, ascending, each once.
std::vector<int> binsOf(const PruningTrace &pruning, const PatchGrid &grid, int bins, const std::vector<int> &patches);

} // namespace qmop

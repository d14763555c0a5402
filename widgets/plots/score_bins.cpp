// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_bins.h"

#include <algorithm>
#include <cmath>

namespace qmop {

ScoreBins binScores(const PruningTrace &pruning, const PatchGrid &grid, int bins)
{
    ScoreBins result{std::vector<int>(std::size_t(bins), 0), std::vector<int>(std::size_t(bins), 0)};
    std::vector<std::uint8_t> kept(pruning.combined.size(), 0);
    for (int patch : pruning.kept)
        if (patch >= 0 && patch < int(kept.size()))
            kept[std::size_t(patch)] = 1;
    for (std::size_t patch = 0; patch < pruning.combined.size(); ++patch) {
        const float score = pruning.combined[patch];
        if ((patch < grid.isPadding.size() && grid.isPadding[patch]) || std::isnan(score))
            continue;
        const int bin = std::clamp(int(score * float(bins)), 0, bins - 1); // 1.0 belongs to the last bin
        ++(kept[patch] ? result.kept : result.dropped)[std::size_t(bin)];
    }
    return result;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_bins.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

// -1 for padding and what is not a number; 1.0 belongs to the last bin.
int binOf(const PruningTrace &pruning, const PatchGrid &grid, int bins, std::size_t patch)
{
    const float score = pruning.combined[patch];
    if ((patch < grid.isPadding.size() && grid.isPadding[patch]) || std::isnan(score))
        return -1;
    return std::clamp(int(double(score) * bins), 0, bins - 1);
}

}

std::vector<int> binsOf(const PruningTrace &pruning, const PatchGrid &grid, int bins, const std::vector<int> &patches)
{
    std::vector<int> result;
    for (int patch : patches)
        if (patch >= 0 && std::size_t(patch) < pruning.combined.size())
            if (const int bin = binOf(pruning, grid, bins, std::size_t(patch)); bin >= 0)
                result.push_back(bin);
    std::ranges::sort(result);
    result.erase(std::ranges::unique(result).begin(), result.end());
    return result;
}

ScoreBins binScores(const PruningTrace &pruning, const PatchGrid &grid, int bins)
{
    ScoreBins result{std::vector<int>(std::size_t(bins), 0), std::vector<int>(std::size_t(bins), 0)};
    std::vector<std::uint8_t> kept(pruning.combined.size(), 0);
    for (int patch : pruning.kept)
        if (patch >= 0 && patch < int(kept.size()))
            kept[std::size_t(patch)] = 1;
    for (std::size_t patch = 0; patch < pruning.combined.size(); ++patch) {
        const int bin = binOf(pruning, grid, bins, patch);
        if (bin < 0)
            continue;
        ++(kept[patch] ? result.kept : result.dropped)[std::size_t(bin)];
    }
    return result;
}

} // namespace qmop

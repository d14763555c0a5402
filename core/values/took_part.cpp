// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/took_part.h"

#include <algorithm>

namespace qmop {

bool tookPart(const RunTrace &trace, Branch branch)
{
    return std::ranges::any_of(trace.branches,
                               [branch](const BranchTrace &each) { return each.branch == branch && each.onMainPath; });
}

std::vector<int> keptByClassAttention(const RunTrace &trace)
{
    std::vector<int> kept;
    const Provenance &shares = trace.provenance;
    if (trace.request.compressor != "cls-prune" || shares.patches <= 0
        || shares.weights.size() != std::size_t(shares.tokens) * std::size_t(shares.patches))
        return kept;
    for (std::size_t i = 0; i < shares.weights.size(); ++i)
        if (shares.weights[i] > 0)
            kept.push_back(int(i % std::size_t(shares.patches)));
    std::ranges::sort(kept);
    return kept;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/took_part.h"

#include <algorithm>

namespace qmop {

namespace {

std::vector<int> patchesOfTokens(const Provenance &shares)
{
    std::vector<bool> seen(std::size_t(shares.patches), false);
    for (std::size_t i = 0; i < shares.weights.size(); ++i)
        if (shares.weights[i] > 0)
            seen[i % seen.size()] = true;
    std::vector<int> patches;
    for (std::size_t patch = 0; patch < seen.size(); ++patch)
        if (seen[patch])
            patches.push_back(int(patch));
    return patches;
}

}

bool tookPart(const RunTrace &trace, Branch branch)
{
    return std::ranges::any_of(trace.branches,
                               [branch](const BranchTrace &each) { return each.branch == branch && each.onMainPath; });
}

std::optional<KeptSet> keptSet(const RunTrace &trace)
{
    if (trace.pruning)
        return KeptSet{trace.pruning->kept, KeptBy::Scores, tookPart(trace, Branch::Prune)};
    const Provenance &shares = trace.provenance;
    if (trace.request.compressor != "cls-prune" || shares.tokens <= 0 || shares.patches <= 0
        || shares.weights.size() != std::size_t(shares.tokens) * std::size_t(shares.patches))
        return std::nullopt;
    return KeptSet{patchesOfTokens(shares), KeptBy::ClassAttention, true};
}

const char *keptByKey(KeptBy by)
{
    return by == KeptBy::ClassAttention ? "class attention" : "pruning scores";
}

} // namespace qmop

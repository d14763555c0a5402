// SPDX-License-Identifier: GPL-3.0-or-later
//
// What lights up where, worked out by hand from the formulas of a made-up run.
#pragma once

#include "tests/widgets/trace_fixture.h"

#include <QStringList>

#include <algorithm>
#include <map>
#include <vector>

namespace qmop::fixture {

inline constexpr int side = 16;
inline constexpr int bins = 40;
using Ids = std::vector<int>;
using Lit = std::map<QString, Ids>; // by panel

// The column order of the matrix.
inline const QStringList panels{"picture", "router", "resampler", "pooling", "pruning", "answer",     "bench",
                                "runs",    "costs",  "A",         "B",       "B-A",     "comparison", "failures"};

// Rows of branches stand below the costs of the whole run.
inline constexpr int firstBranchRow = 8;

// Query m: 0.6 on patch 3m, the rest spread evenly, so that half is one patch.
inline std::shared_ptr<RunTrace> makeLinkedTrace(const std::string &question)
{
    auto trace = makeTrace({.width = 512, .height = 512, .question = question});
    for (BranchTrace &branch : trace->branches)
        if (branch.branch == Branch::Resample)
            for (int token = 0; token < 64; ++token)
                for (int patch = 0; patch < side * side; ++patch)
                    branch.provenance.weights[std::size_t(token * side * side + patch)]
                        = patch == 3 * token ? 0.6F : 0.4F / float(side * side - 1);
    return trace;
}

inline int binOf(int patch)
{
    const float score = 1 - float(patch) / 255;
    return std::min(bins - 1, int(double(0.5F * score + 0.5F * score * score) * bins));
}

inline Ids sorted(Ids ids)
{
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
}

// The compared pictures show the picture's patches, the costs the router's branches.
inline Lit everywhere(Lit lit)
{
    for (const char *view : {"A", "B", "B-A"})
        if (lit.contains("picture"))
            lit[view] = lit["picture"];
    if (lit.contains("router"))
        for (int branch : lit["router"])
            lit["costs"].push_back(firstBranchRow + branch);
    return lit;
}

// What lights up for a set of patches.
inline Lit concerning(const Ids &patches)
{
    Lit lit;
    for (int patch : patches) {
        lit["picture"].push_back(patch);
        lit["pooling"].push_back(patch / side / 2 * (side / 2) + patch % side / 2);
        if (patch % 3 == 0 && patch / 3 < 64)
            lit["resampler"].push_back(patch / 3);
        lit["pruning"].push_back(binOf(patch));
        lit["router"].push_back(int(Branch::Pool));
        if (patch < 64)
            lit["router"].push_back(int(Branch::Prune));
    }
    for (auto &[panel, ids] : lit)
        ids = sorted(ids);
    return everywhere(lit);
}

inline Ids range(int low, int high)
{
    Ids ids;
    for (int i = low; i <= high; ++i)
        ids.push_back(i);
    return ids;
}

} // namespace qmop::fixture

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/run_trace.h"

#include <optional>
#include <vector>

namespace qmop {

// Whether the answer came through this branch; false where it was not computed, or
// beside the main path only, so that it can be looked at.
bool tookPart(const RunTrace &trace, Branch branch);

enum class KeptBy {
    Scores, // QMoP's pruning branch, by its combined scores and what was put in or taken out by hand
    ClassAttention, // the compressor "cls-prune": it has no scores and heeds no hand
};

struct KeptSet {
    std::vector<int> patches; // ascending, each once
    KeptBy by = KeptBy::Scores;
    // The answer came through them; false: they would be kept, were pruning a part of it.
    bool tookPart = false;
};

// Which patches a run kept, or would keep: of QMoP wherever its pruning branch was computed,
// and of "cls-prune", each of whose visual tokens is one patch. nullopt for all other runs,
// which choose no patches.
std::optional<KeptSet> keptSet(const RunTrace &trace);

// "pruning scores", "class attention": as `qmop compare` prints it.
const char *keptByKey(KeptBy by);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/run_trace.h"

#include <vector>

namespace qmop {

// Whether the answer came through this branch; false where it was not computed, or
// beside the main path only, so that it can be looked at.
bool tookPart(const RunTrace &trace, Branch branch);

// The patches that the compressor "cls-prune" kept, ascending: each of its visual tokens
// is one. Such a run has no pruning scores. Empty for every other compressor.
std::vector<int> keptByClassAttention(const RunTrace &trace);

} // namespace qmop

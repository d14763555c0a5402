// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/took_part.h"

#include <algorithm>

namespace qmop {

bool tookPart(const RunTrace &trace, Branch branch)
{
    return std::ranges::any_of(trace.branches,
                               [branch](const BranchTrace &each) { return each.branch == branch && each.onMainPath; });
}

} // namespace qmop

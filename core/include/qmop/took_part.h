// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/run_trace.h"

namespace qmop {

// Whether the answer came through this branch; false where it was not computed, or
// beside the main path only, so that it can be looked at.
bool tookPart(const RunTrace &trace, Branch branch);

} // namespace qmop

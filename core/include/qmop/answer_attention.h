// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the visual tokens that an answer token attended to, through their
// provenance, to patches of the picture.
#pragma once

#include "qmop/run_trace.h"

#include <vector>

namespace qmop {

// Sum over visual tokens of (attention to it) x (share of the patch in it): [N],
// raster order, sums to visualShare(). Empty where the run has no such attention.
std::vector<float> attentionOnPatches(const RunTrace &trace, int answerToken);

// The share of an answer token's attention that went to visual tokens, 0 ... 1; the
// rest went to text. 0 where the run has no such attention.
double visualShare(const RunTrace &trace, int answerToken);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What follows from a run for another number of visual tokens, without running it.
#pragma once

#include "widgets/image/overlay.h"

namespace qmop {

// The visual tokens that the run's answer was made from.
int answerBudget(const RunTrace &trace);

// What pruning would keep with `budget` (1 ... N) tokens: the same ranking as the
// engine's (keptUnder), over the run's scores. Empty `kept` where they do not hold
// for another run: none were computed, or an edit gave them its own λ. The windows are
// those of pooling where the grid falls into that many squares. Everything else of
// the run (weights, queries, attention, answer) belongs to its own budget.
// nullopt for the run's own budget.
std::optional<KeptPreview> budgetPreview(const RunTrace &trace, int budget);

// [N] the window of each patch where the grid falls into `budget` squares of whole
// patches; otherwise empty.
std::vector<int> poolingWindowsFor(const PatchGrid &grid, int budget);

// "answer: M = 64 · preview: M = 37"; empty for an edit.
QString budgetMark(const KeptPreview &preview);

} // namespace qmop

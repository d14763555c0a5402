// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the panels show as tables, under the names that they have on screen.
#pragma once

#include "core/figure/table.h"
#include "qmop/run_headline.h"
#include "qmop/run_trace.h"

#include <QString>

#include <memory>
#include <optional>
#include <vector>

class QAbstractItemModel;

namespace qmop {

// Branch, α, weight after selection, computed.
Table routerTable(const RunTrace &trace);
// Quantity, how, all tokens, now, unit.
Table costsTable(const RunTrace &trace);
// Token, probability and alternatives, of the answer.
Table answerTable(const RunTrace &trace);
// Every patch: place, pixels, scores, rank, kept.
Table patchTable(const RunTrace &trace);
// Every query of the resampler, or window of the pooling: entropy, peak, highest share.
Table tokensTable(const RunTrace &trace, Branch branch);
// A run in a row. `strip`: without the picture's name.
struct ListedRun {
    RunHeadline headline;
    std::shared_ptr<const RunTrace> trace; // null: it could not be read
};
Table runsTable(const std::vector<ListedRun> &runs, bool strip);

// A table that is on the screen already, as it is shown.
Table shownTable(const QAbstractItemModel &model, const QString &title);

} // namespace qmop

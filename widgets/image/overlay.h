// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an overlay shows, as numbers per patch: computed here once, drawn by the
// picture, read out by the status bar, tested without a window.
#pragma once

#include "qmop/padding_patch.h"
#include "qmop/run_trace.h"
#include "widgets/selection/selection.h"

#include <QString>

#include <optional>
#include <span>
#include <vector>

namespace qmop {

// One magnitude per patch. Scores lie on 0 ... 1, the maps of a branch on 0 ...
// its highest share in this run, so that two of them can be compared by colour;
// only an average has a range of its own.
struct OverlayField {
    std::vector<float> values; // [N]; not-a-number: nothing to draw (padding)
    double low = 0;
    double high = 1;
    QString name; // "combined score"
    QString source; // trust strip: where the numbers come from and how they were scaled
    int averaged = 0; // of how many maps it is the average; 0: it is none
    bool even = false; // every patch alike: a tint would only hide the picture
};

// The field of an overlay, or nullopt with the reason in `why` (for example
// because pruning was not computed in this run). Kept has no field: see kept_set.h.
// `token`: of a branch or the decoder; for OverlayKind::Answer its number alone
// counts, as that of a token of the answer.
std::optional<OverlayField> overlayField(const RunTrace &trace, OverlayKind kind, TokenRef token,
                                         QString *why = nullptr);

// The highest share of a row [N] among the patches that are drawn: what lies on
// padding would darken everything that can be seen.
float highestShown(std::span<const float> row, const PatchGrid &grid);

// Where the numbers of a field come from, how they were scaled, their range, and
// the share of the top 1 %: the trust strip. Warns first of a possible attention
// sink where that share is at least one half.
QString fieldSource(const OverlayField &field);

// Why a run has no pruning scores, or no kept patches, to draw.
QString noPruningText(const RunTrace &trace);

// A kept set that no run has made yet: what an edit or another budget would keep,
// drawn in place of the run's, with the patches that the person forced either way.
struct KeptPreview {
    std::vector<std::uint8_t> kept; // [N] 1 = kept, 0 = dropped; empty: the run has no scores
    std::vector<int> forcedIn;
    std::vector<int> forcedOut;
    bool wasRun = false; // the run shown is this edit
    QString obstacle; // why the edit cannot be run; empty where it can
    int budget = 0; // M of another budget; 0: an edit
    int answerBudget = 0; // M of the run shown
    std::vector<int> windows; // [N] pooling's windows for `budget`; empty: there are none

    bool operator==(const KeptPreview &) const = default;
};

// Branch with that name in the trace, or null.
const BranchTrace *branchTrace(const RunTrace &trace, Branch branch);

// [N] the row of a pooled token in whose window each patch lies; -1: in none.
std::vector<int> poolingWindows(const RunTrace &trace);

// Everything the status bar says about one patch.
struct PatchReadout {
    int patch = -1;
    int row = 0;
    int column = 0;
    int x0 = 0, x1 = -1, y0 = 0, y1 = -1; // pixels of the picture, inclusive; x1 < x0: padding only
    bool padding = false;
    QString valueName;
    std::optional<double> value; // of the overlay shown
    std::optional<int> rank; // 1 = highest combined score, padding included as the pruner ranks it
    int patches = 0;
    std::optional<bool> kept;
    bool wereKept = true; // false: no answer came through the set that `kept` is of
    QString branches; // letters of the branches whose tokens it entered, e.g. "P R K"

    // "row 7, column 3 · px 98–112, 42–56 · combined .031 · rank 12 of 256 · kept · P K"; "would be kept"
    QString text() const;
};

// `field` is the overlay shown, or null.
PatchReadout readPatch(const PatchGrid &grid, const RunTrace *trace, const OverlayField *field, int patch);

// Share of the field's sum that lies in its highest 1 % of patches (at least
// one), 0 ... 1: a warning sign of attention sinks.
double shareOfTopPercent(const std::vector<float> &values);

} // namespace qmop

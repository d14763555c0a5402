// SPDX-License-Identifier: GPL-3.0-or-later
//
// The overlay of two runs on one range, and its difference per patch, as numbers:
// drawn by ComparedView, tested without a window. Differences are B - A.
#pragma once

#include "qmop/comparison.h"
#include "widgets/image/overlay.h"

namespace qmop {

// The overlay of `run` on the range that it needs together with `other`'s: one
// colour means one value in both. As overlayField() where `other` has none.
std::optional<OverlayField> sharedRangeField(const RunTrace &run, const RunTrace &other, OverlayKind kind,
                                             TokenRef token, QString *why = nullptr);

// Per patch, on a range centred on 0: that of the quantity, or with `ownRange` the
// largest difference there is. Kept patches: +1 where only B keeps, -1 where only
// A does. nullopt, with the reason in `why`, where the runs have no patches in
// common or one lacks the quantity.
std::optional<OverlayField> differenceField(const RunTrace &a, const RunTrace &b, OverlayKind kind, TokenRef token,
                                            bool ownRange, QString *why = nullptr);

// Why the patches of two runs cannot be subtracted, in words; empty where they can.
QString mapObstacleText(MapObstacle obstacle);

// One line: of how many patches the quantity differs, how much, where most.
// `difference` is a's and b's of this kind.
QString differenceSummary(const RunTrace &a, const RunTrace &b, const OverlayField &difference, OverlayKind kind);

// "row 3, column 4 · combined A 0.3100 · B 0.4200 · B − A +0.1100"; kept patches in words (keptWord).
QString comparedReadout(const RunTrace &a, const RunTrace &b, OverlayKind kind, TokenRef token, int patch);

} // namespace qmop

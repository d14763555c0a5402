// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two runs and what differs, as `qmop compare` prints it. Differences are B - A.
#pragma once

#include "qmop/comparison.h"

#include <nlohmann/json.hpp>

namespace qmop {

// "a" and "b" (as `qmop run` prints them), "answers" (same, the first word that
// differs, the tokens there with their margins), "differences" (rows that differ;
// null: a run has none; "without": stages that are left out of both, see
// ComparedValue), "maps" (whether the patches are the same), and where they are
// "kept_patches" with "pruning_took_part", whether the answers of a and b came through
// them, and "kept_by", what chose them (keptByKey), and where both have pruning scores
// per score the mean and the largest difference.
nlohmann::ordered_json comparisonJson(const RunTrace &a, const RunTrace &b);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of a whole suite, per dimension and sample-weighted over all.
#pragma once

#include "core/vtcbench/bootstrap.h"
#include "qmop/suite.h"

#include <span>

namespace qmop {

// Percent with 95 % intervals from scores in 0 ... 1, in the order of the suite's
// samples, one each. A dimension without samples has samples = 0.
SuiteScore summariseScores(const Suite &suite, std::span<const double> scores, const BootstrapOptions &options = {});

// How much better b is than a, in percentage points with paired intervals: each
// resample draws samples, so what both find hard cancels out. Scores of the same
// suite in the same order.
SuiteScore compareScores(const Suite &suite, std::span<const double> a, std::span<const double> b,
                         const BootstrapOptions &options = {});

} // namespace qmop

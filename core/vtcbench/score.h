// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of a whole suite, per dimension and sample-weighted over all.
#pragma once

#include "core/vtcbench/bootstrap.h"
#include "qmop/suite.h"

#include <span>
#include <string>
#include <vector>

namespace qmop {

// [samples] in 0 ... 1 by the suite's scorer; answers in the order of the
// samples, one each.
std::vector<double> sampleScores(const Suite &suite, std::span<const std::string> answers);

// Percent with 95 % intervals. A dimension without samples has samples = 0.
SuiteScore summariseScores(const Suite &suite, std::span<const double> scores, const BootstrapOptions &options = {});

SuiteScore scoreAnswers(const Suite &suite, std::span<const std::string> answers, const BootstrapOptions &options = {});

// How much better b is than a, in percentage points with paired intervals;
// scores of the same suite in the same order.
SuiteScore compareScores(const Suite &suite, std::span<const double> a, std::span<const double> b,
                         const BootstrapOptions &options = {});

} // namespace qmop

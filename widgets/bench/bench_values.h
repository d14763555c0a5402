// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the benchmark panel shows besides the suite itself.
#pragma once

#include "qmop/suite.h"

#include <QString>

namespace qmop {

// Scores of one compressor over the whole suite.
struct BenchRow {
    QString method; // "qmop · 64"
    SuiteScore score;
};

// An answer that was given in this window to a question of the suite.
struct BenchAnswer {
    QString method;
    QString answer;
    double score = 0; // 0 ... 1 by the suite's scorer
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sweep as a session keeps it: its rows, and which runs they are of.
#pragma once

#include "qmop/figure.h"
#include "qmop/sweep.h"

#include <cstdint>
#include <string>
#include <vector>

namespace qmop {

struct StoredSweep {
    std::string uid; // 32 hexadecimal digits
    std::string session; // that it was asked in
    std::int64_t startedAt = 0; // milliseconds since 1970, UTC
    bool overQuestions = false;
    std::string question; // of the first row
    std::string pictureName;
    int patches = 0; // N of the runs' grid
    // By row: uid of the run, or empty where it was not written down. Of a sweep over
    // budgets the reference comes first.
    std::vector<std::string> runs;
    FigureSweep budgets; // where it is over compressors and budgets
    std::vector<QuestionCell> questions; // where it is over questions
    int questionsNotAsked = 0; // that it was to have beside these: it was stopped
};

} // namespace qmop

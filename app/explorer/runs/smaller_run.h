// SPDX-License-Identifier: GPL-3.0-or-later
//
// What to offer when a run did not fit into memory.
#pragma once

#include "qmop/run_request.h"

#include <QString>

#include <optional>
#include <vector>

namespace qmop {

struct SmallerRun {
    QString title; // of the button: "Run with 16 tokens"
    RunRequest request;
};

// The same run in numbers that take less.
SmallerRun withPrecision(RunRequest request, Precision precision);

// The same question with the next thing left out that takes most: the answer of
// all tokens beside a compressed one, then tokens, then the maps of branches that
// are switched off. `budgets`: the model's trained M, ascending. None where the
// run is as small as it gets.
std::optional<SmallerRun> smallerRun(RunRequest request, const std::vector<int> &budgets);

} // namespace qmop

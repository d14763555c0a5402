// SPDX-License-Identifier: GPL-3.0-or-later
//
// An axis for numbers of answers and runs: its ends and its ticks.
#pragma once

#include <QString>

#include <vector>

namespace qmop {

struct AxisRange {
    double low = 0;
    double high = 1;
    std::vector<double> ticks; // round, ascending, at most five; within what a value can be
    int decimals = 2; // of the ticks

    double share(double value) const { return (value - low) / (high - low); } // 0 at low, 1 at high
    QString label(double tick) const { return QString::number(tick, 'f', decimals); }
};

// Some room around the values, so that no mark lies on the frame; ticks at multiples of
// 1, 2, 2.5 or 5 times a power of ten. `values` are finite and from `lowest` to `highest`,
// which none can pass (0 ... 1: a share; infinite ... 0: a log-probability). Without values:
// 0 ... 1.
AxisRange axisRange(const std::vector<double> &values, double highest, double lowest = 0);

} // namespace qmop

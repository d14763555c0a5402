// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sweep over budgets in a figure: the log-probability of the scored answer against
// the visual tokens, a line per compressor, and the table of all runs. Lengths are in
// units of the figure.
#pragma once

#include "qmop/figure.h"

#include <QRectF>
#include <QStringList>

#include <vector>

class QPainter;

namespace qmop {

// What the chart's numbers and marks mean, below it, in lines that fit the width.
QStringList sweepLegend(const FigureSweep &sweep, double width);

// The answer's column takes what the others, as wide as what they hold, leave; its texts
// alone are cut.
struct SweepTable {
    std::vector<QStringList> rows; // the head first: method, tokens, answer, same or changed, log p, KV
    std::vector<double> widths; // [columns]
};
SweepTable sweepTable(const FigureSweep &sweep, double width);

double sweepHeight(const FigureSweep &sweep, double width);
void paintSweep(QPainter &painter, const FigureSweep &sweep, const QRectF &box);

} // namespace qmop

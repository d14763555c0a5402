// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sweep over budgets in a figure: the log-probability of the scored answer against
// the visual tokens, a line per compressor, and the table of all runs.
#pragma once

#include "qmop/figure.h"

#include <QRectF>

class QPainter;

namespace qmop {

double sweepHeight(const FigureSweep &sweep);
void paintSweep(QPainter &painter, const FigureSweep &sweep, const QRectF &box);

} // namespace qmop

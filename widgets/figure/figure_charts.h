// SPDX-License-Identifier: GPL-3.0-or-later
//
// Charts of a figure. QCustomPlot draws those of the window; here every letter
// is an outline and every line must end up the same in PNG, SVG and PDF.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/image/overlay.h"
#include "widgets/theme/colour_map.h"

#include <QRectF>

#include <vector>

class QPainter;

namespace qmop {

double routerBarsHeight();
// Per branch: its raw weight, and below it its weight in the fusion.
void paintRouterBars(QPainter &painter, const RoutingTrace &routing, const QRectF &box);

// Histogram of the combined scores of a run that has pruning scores, with the threshold.
void paintScores(QPainter &painter, const RunTrace &trace, const QRectF &box);

double mapsHeight(std::size_t maps, const PatchGrid &grid, double width);
// Small multiples of the resampler's queries on one range, with their colour bar.
void paintMaps(QPainter &painter, const RunTrace &trace, const std::vector<int> &queries, const QRectF &box,
               double scale);

// A vertical bar of the field's range with its numbers to the right.
void paintColourBar(QPainter &painter, const QRectF &bar, double low, double high, const ColourMap &map);

} // namespace qmop

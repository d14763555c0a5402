// SPDX-License-Identifier: GPL-3.0-or-later
//
// The panels of a figure: answer, router, scores, maps, costs. Each has a title
// and, where the run does not have what it shows, a line that says so.
#pragma once

#include "qmop/figure.h"
#include "qmop/run_trace.h"

#include <QRectF>

#include <vector>

class QPainter;

namespace qmop {

// In units of the figure, for a panel of this width.
double figurePanelHeight(FigurePanel panel, const RunTrace &trace, const FigureView &view, double width);

// `scale`: pixels per unit, for what is painted as an image.
void paintFigurePanel(QPainter &painter, FigurePanel panel, const RunTrace &trace, const FigureView &view,
                      const QRectF &box, double scale);

// The resampler's queries whose maps are shown: those that are locked, else the
// eight of lowest entropy.
std::vector<int> figureMaps(const RunTrace &trace, const FigureView &view);

} // namespace qmop

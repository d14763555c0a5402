// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainterPath>
#include <QRectF>

namespace qmop {

// Lines that rise at 45 degrees through the rectangle, `spacing` apart along
// both axes. They go on from one rectangle to the next: a brush pattern would not
// survive in an SVG.
void addHatch(QPainterPath &path, const QRectF &rect, double spacing);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can become the file of a figure.
#pragma once

#include <QSizeF>
#include <QString>

class QPainter;

namespace qmop {

class PaintedFigure {
public:
    virtual ~PaintedFigure() = default;

    virtual QSizeF size() const = 0; // in units of 1/96 inch
    virtual QString caption() const = 0;
    // From 0, 0; one unit of the painter is one unit of the figure.
    virtual void paint(QPainter &painter) const = 0;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The lines below a figure's picture: how many patches were kept and dropped, or
// what the colours show. Broken into lines, never cut: it holds the numbers.
#pragma once

#include "widgets/figure/figure_picture.h"
#include "widgets/image/kept_set.h"

#include <QPointF>
#include <QString>
#include <QStringList>

#include <vector>

class QPainter;

namespace qmop {

class FigureLegend {
public:
    // `width` in units of the figure. A problem of the picture is left to the caption where there is one.
    FigureLegend(const RunTrace &trace, const FigurePicture &picture, double width, bool captioned);

    double height() const; // 0: nothing is to be said
    void paint(QPainter &painter, QPointF topLeft) const;
    QStringList texts() const; // "kept 64", ...

private:
    enum class Chip { None, Kept, Dropped };
    struct Item {
        Chip chip = Chip::None;
        QString text;
        QPointF at; // top left
    };

    void addKept(const KeptCounts &counts, double width);

    std::vector<Item> m_items;
};

} // namespace qmop

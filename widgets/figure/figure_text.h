// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text of figures, as outlines of the font that ships with the program: the same
// shapes on every machine, whatever fonts, hinting and scale it has set up.
#pragma once

#include <QColor>
#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QStringList>

class QPainter;

namespace qmop {

inline constexpr double figureTextSize = 11; // in units of the figure
inline constexpr double figureSmallSize = 9.5;
inline constexpr double figureMargin = 12; // around a figure

double textWidth(const QString &text, double size);
// From one line to the next, and from a line's top to its baseline.
double lineHeight(double size);
double textAscent(double size);

// Left end of the baseline at `at`.
void drawText(QPainter &painter, QPointF at, const QString &text, double size, const QColor &colour);
// One line, vertically centred.
void drawText(QPainter &painter, const QRectF &box, Qt::Alignment horizontal, const QString &text, double size,
              const QColor &colour);
// Cut to the width with an ellipsis.
QString elided(const QString &text, double width, double size);
// Lines that fit the width, broken between words; a word that is too long is cut.
QStringList wrapped(const QString &text, double width, double size);
// Wrapped lines in the small size, the first one's top left corner at `at`.
void paintCaption(QPainter &painter, const QStringList &lines, QPointF at);

} // namespace qmop

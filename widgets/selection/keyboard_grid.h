// SPDX-License-Identifier: GPL-3.0-or-later
//
// What widgets that show a grid of choices have in common for the keyboard.
#pragma once

class QPainter;
class QWidget;

namespace qmop {

// By how many cells, in raster order, an arrow key moves in a grid of so many
// columns; 0 for other keys.
int arrowStep(int key, int columns);

// The dotted frame of a widget that has the keyboard; nothing without it.
void drawFocusFrame(QPainter &painter, const QWidget &widget);

} // namespace qmop

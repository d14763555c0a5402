// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/keyboard_grid.h"

#include "widgets/theme/theme.h"

#include <QPainter>
#include <QWidget>

namespace qmop {

int arrowStep(int key, int columns)
{
    switch (key) {
    case Qt::Key_Right:
        return 1;
    case Qt::Key_Left:
        return -1;
    case Qt::Key_Down:
        return columns;
    case Qt::Key_Up:
        return -columns;
    default:
        return 0;
    }
}

void drawFocusFrame(QPainter &painter, const QWidget &widget)
{
    if (!widget.hasFocus())
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(panelColours(widget.palette()).accent, 1, Qt::DotLine));
    painter.drawRect(widget.rect().adjusted(0, 0, -1, -1));
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/tab_order.h"

#include <QAbstractButton>
#include <QDockWidget>

#include <vector>

namespace qmop {

namespace {

bool takesTab(const QWidget &widget)
{
    return widget.focusPolicy() & Qt::TabFocus && !widget.focusProxy();
}

}

void tabThroughPanelFirst(const QDockWidget &dock)
{
    QWidget *panel = dock.widget();
    QWidget *const start = dock.findChild<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly);
    if (!panel || !start)
        return;
    // Around the whole window: a widget's descendants need not follow it.
    std::vector<QWidget *> controls;
    QWidget *before = nullptr; // what the key comes from to the first button
    for (QWidget *widget = start->nextInFocusChain(); widget != start; widget = widget->nextInFocusChain()) {
        if (!takesTab(*widget))
            continue;
        if (widget == panel || panel->isAncestorOf(widget))
            controls.push_back(widget);
        else
            before = widget;
    }
    for (QWidget *control : controls) {
        if (before)
            QWidget::setTabOrder(before, control);
        before = control;
    }
}

} // namespace qmop

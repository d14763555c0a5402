// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/accessibility_list.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QDockWidget>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QScrollBar>
#include <QStyle>
#include <QTabBar>
#include <QTextEdit>
#include <QToolBar>

#include <algorithm>
#include <map>

namespace qmop {

namespace {

bool isControl(const QWidget *widget)
{
    // Scroll bars follow the keys of what they scroll; a header belongs to its table.
    if (qobject_cast<const QScrollBar *>(widget) || widget->inherits("QHeaderView"))
        return false;
    if (widget->inherits("QToolBarExtension") || widget->inherits("QTableCornerButton"))
        return false;
    for (const QWidget *parent = widget->parentWidget(); parent && !parent->isWindow(); parent = parent->parentWidget())
        if (qobject_cast<const QAbstractSpinBox *>(parent) || qobject_cast<const QComboBox *>(parent)
            || qobject_cast<const QLineEdit *>(parent) || qobject_cast<const QKeySequenceEdit *>(parent))
            return false;
    return qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QAbstractSlider *>(widget)
        || qobject_cast<const QAbstractSpinBox *>(widget) || qobject_cast<const QComboBox *>(widget)
        || qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QAbstractItemView *>(widget)
        || qobject_cast<const QMenuBar *>(widget) || qobject_cast<const QTabBar *>(widget)
        || widget->focusPolicy() & Qt::TabFocus;
}

QString roleText(QAccessible::Role role)
{
    switch (role) {
    case QAccessible::MenuBar:
        return QStringLiteral("menu bar");
    case QAccessible::PushButton:
        return QStringLiteral("button");
    case QAccessible::ButtonMenu:
    case QAccessible::ButtonDropDown:
        return QStringLiteral("menu button");
    case QAccessible::CheckBox:
        return QStringLiteral("check box");
    case QAccessible::RadioButton:
        return QStringLiteral("radio button");
    case QAccessible::ComboBox:
        return QStringLiteral("combo box");
    case QAccessible::EditableText:
        return QStringLiteral("text field");
    case QAccessible::Slider:
        return QStringLiteral("slider");
    case QAccessible::SpinBox:
        return QStringLiteral("spin box");
    case QAccessible::List:
        return QStringLiteral("list");
    case QAccessible::Table:
        return QStringLiteral("table");
    case QAccessible::Tree:
        return QStringLiteral("tree");
    case QAccessible::PageTabList:
        return QStringLiteral("tabs");
    case QAccessible::Graphic:
    case QAccessible::Chart:
        return QStringLiteral("graphic");
    default:
        return QStringLiteral("widget");
    }
}

// The panel or bar that it stands in.
QString placeOf(const QWidget *widget)
{
    for (const QWidget *parent = widget->parentWidget(); parent; parent = parent->parentWidget())
        if (qobject_cast<const QDockWidget *>(parent) || qobject_cast<const QToolBar *>(parent))
            return parent->windowTitle();
    return QStringLiteral("window");
}

QString otherWay(const QWidget *widget)
{
    if (qobject_cast<const QMenuBar *>(widget))
        return QStringLiteral("Alt or F10");
    return {};
}

std::map<const QWidget *, int> tabOrder(QWidget &window)
{
    std::map<const QWidget *, int> order;
    int index = 0;
    QWidget *widget = &window;
    do {
        if (widget != &window && widget->focusPolicy() & Qt::TabFocus && widget->isVisibleTo(&window)
            && widget->isEnabled() && !widget->focusProxy())
            order[widget] = index++;
        widget = widget->nextInFocusChain();
    } while (widget && widget != &window);
    return order;
}

}

std::vector<AccessibleControl> accessibleControls(QWidget &window)
{
    const std::map<const QWidget *, int> order = tabOrder(window);
    std::vector<AccessibleControl> controls;
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        // Behind another tab: the tab shows it first.
        if (!widget->isVisible() || widget->window() != &window || !isControl(widget)
            || widget->visibleRegion().isEmpty())
            continue;
        AccessibleControl control;
        if (QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget)) {
            control.role = roleText(interface->role());
            // A combo box gives its value here, and its name by a relation.
            control.name
                = widget->accessibleName().isEmpty() ? interface->text(QAccessible::Name) : widget->accessibleName();
        }
        const auto found = order.find(widget);
        control.tabIndex = found == order.end() ? -1 : found->second;
        if (control.tabIndex < 0)
            control.otherwise = widget->isEnabled() ? otherWay(widget) : QStringLiteral("disabled now");
        control.place = QStringLiteral("%1, %2").arg(placeOf(widget), QLatin1String(widget->metaObject()->className()));
        controls.push_back(std::move(control));
    }
    return controls;
}

QString accessibilityText(const std::vector<AccessibleControl> &controls)
{
    QString text;
    for (const AccessibleControl &control : controls)
        text += QStringLiteral("%1  %2  %3  [%4]\n")
                    .arg(control.tabIndex >= 0 ? QString::number(control.tabIndex) : control.otherwise, 3)
                    .arg(control.role, -12)
                    .arg(control.name, control.place);
    return text;
}

} // namespace qmop

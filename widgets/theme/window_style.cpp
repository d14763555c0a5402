// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/window_style.h"

#include <QPainter>
#include <QWidget>

namespace qmop {

WindowStyle::WindowStyle()
    : QProxyStyle(QStringLiteral("Fusion"))
{
}

// Those of title bars depend on nothing; others may on the widget.
QIcon WindowStyle::standardIcon(StandardPixmap icon, const QStyleOption *option, const QWidget *widget) const
{
    if (icon != SP_TitleBarNormalButton && icon != SP_TitleBarCloseButton && icon != SP_DockWidgetCloseButton)
        return QProxyStyle::standardIcon(icon, option, widget);
    QIcon &kept = m_titleIcons[icon];
    if (kept.isNull())
        kept = QProxyStyle::standardIcon(icon, option, widget);
    return kept;
}

// A dock paints its title in the font that it had when it was made.
void WindowStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                              const QWidget *widget) const
{
    if (element == CE_DockWidgetTitle && widget)
        painter->setFont(widget->font());
    QProxyStyle::drawControl(element, option, painter, widget);
}

} // namespace qmop

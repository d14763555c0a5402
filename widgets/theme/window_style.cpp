// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/window_style.h"

#include <QPainter>
#include <QStyleOptionToolButton>
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

// Fusion draws the arrow of a button with a menu over the end of its text.
QSize WindowStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents,
                                    const QWidget *widget) const
{
    QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
    if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option); type == CT_ToolButton && button
        && button->features & QStyleOptionToolButton::HasMenu
        && !(button->features & QStyleOptionToolButton::MenuButtonPopup))
        size.rwidth() += 2 * pixelMetric(PM_MenuButtonIndicator, option, widget);
    return size;
}

} // namespace qmop

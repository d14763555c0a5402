// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/window_style.h"

#include <QApplication>
#include <QFontMetrics>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QWidget>

#include <algorithm>

namespace qmop {

bool isDockButton(const QWidget &widget)
{
    return widget.objectName().startsWith(QLatin1String("qt_dockwidget_"));
}

namespace {

// Of a dock's button, beside its title.
int titleIconSide()
{
    return qRound(QFontMetrics(QApplication::font()).height() * 2 / 3.0);
}

// In a box a cross, to close, or another box, to float.
QIcon titleIcon(bool closes, int side, const QColor &colour)
{
    const qreal scale = qApp->devicePixelRatio();
    QPixmap pixmap((QSizeF(side, side) * scale).toSize());
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const qreal width = std::max(1.0, side / 12.0), far = side - width / 2;
    painter.setPen(QPen(colour, width));
    painter.setRenderHint(QPainter::Antialiasing, closes);
    const auto box = [&](qreal left, qreal top) {
        painter.drawRect(QRectF(QPointF(left, top), QPointF(left + far * 0.7, top + far * 0.7)));
    };
    if (!closes) {
        box(far * 0.3, width / 2);
        painter.setCompositionMode(QPainter::CompositionMode_Source);
        painter.setBrush(Qt::transparent);
        box(width / 2, far * 0.3);
        return pixmap;
    }
    painter.drawRect(QRectF(QPointF(width / 2, width / 2), QPointF(far, far)));
    const qreal near = side * 0.3, off = side * 0.7;
    painter.drawLine(QPointF(near, near), QPointF(off, off));
    painter.drawLine(QPointF(near, off), QPointF(off, near));
    return pixmap;
}

}

WindowStyle::WindowStyle()
    : QProxyStyle(QStringLiteral("Fusion"))
{
}

QIcon WindowStyle::standardIcon(StandardPixmap icon, const QStyleOption *option, const QWidget *widget) const
{
    if (icon != SP_TitleBarNormalButton && icon != SP_TitleBarCloseButton && icon != SP_DockWidgetCloseButton)
        return QProxyStyle::standardIcon(icon, option, widget);
    QColor colour = QApplication::palette().color(QPalette::WindowText);
    colour.setAlphaF(0.75F); // quieter than the title
    QIcon &kept = m_titleIcons[{icon, titleIconSide(), colour.rgba()}];
    if (kept.isNull())
        kept = titleIcon(icon != SP_TitleBarNormalButton, titleIconSide(), colour);
    return kept;
}

int WindowStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    return metric == PM_SmallIconSize && widget && isDockButton(*widget)
        ? titleIconSide()
        : QProxyStyle::pixelMetric(metric, option, widget);
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/window_style.h"

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

} // namespace qmop

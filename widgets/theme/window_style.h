// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fusion, whose docks follow the text size, and which draws the icons of title bars
// once: Qt asks for a dock's two icons each time that it lays the dock out, and Fusion
// makes them anew from text.
#pragma once

#include <QIcon>
#include <QProxyStyle>

#include <map>

namespace qmop {

class WindowStyle : public QProxyStyle {
    Q_OBJECT

public:
    WindowStyle();

    QIcon standardIcon(StandardPixmap icon, const QStyleOption *option = nullptr,
                       const QWidget *widget = nullptr) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents,
                           const QWidget *widget) const override;

private:
    mutable std::map<StandardPixmap, QIcon> m_titleIcons;
};

} // namespace qmop

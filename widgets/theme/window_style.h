// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fusion, whose docks follow the text size with their titles and the two buttons beside
// them. The buttons' icons are drawn once for a size and colour: Qt asks for them each
// time that it lays a dock out.
#pragma once

#include <QIcon>
#include <QProxyStyle>

#include <map>
#include <tuple>

namespace qmop {

// One of the two buttons of a dock's title.
bool isDockButton(const QWidget &widget);

class WindowStyle : public QProxyStyle {
    Q_OBJECT

public:
    WindowStyle();

    QIcon standardIcon(StandardPixmap icon, const QStyleOption *option = nullptr,
                       const QWidget *widget = nullptr) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option = nullptr,
                    const QWidget *widget = nullptr) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents,
                           const QWidget *widget) const override;

private:
    mutable std::map<std::tuple<StandardPixmap, int, QRgb>, QIcon> m_titleIcons;
};

} // namespace qmop

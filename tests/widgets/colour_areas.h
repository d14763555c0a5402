// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finds what was drawn by looking at the pixels.
#pragma once

#include <QImage>
#include <QRect>
#include <QString>

#include <cstdint>
#include <vector>

namespace qmop::fixture {

// Bounding boxes of the connected areas of exactly this colour, in raster order.
inline std::vector<QRect> areasOfColour(const QImage &image, QRgb colour)
{
    std::vector<std::uint8_t> seen(std::size_t(image.width()) * image.height(), 0);
    std::vector<QRect> boxes;
    std::vector<QPoint> open;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixel(x, y) != colour)
                continue;
            open.push_back({x, y});
            QRect box;
            while (!open.empty()) {
                const QPoint p = open.back();
                open.pop_back();
                if (!image.rect().contains(p) || image.pixel(p) != colour)
                    continue;
                std::uint8_t &mark = seen[std::size_t(p.y()) * image.width() + p.x()];
                if (mark)
                    continue;
                mark = 1;
                box = box.united(QRect(p, p));
                for (QPoint step : {QPoint(1, 0), QPoint(-1, 0), QPoint(0, 1), QPoint(0, -1)})
                    open.push_back(p + step);
            }
            if (!box.isNull())
                boxes.push_back(box);
        }
    return boxes;
}

inline QString describe(const std::vector<QRect> &boxes)
{
    QString text;
    for (const QRect &box : boxes)
        text += QStringLiteral("{%1, %2, %3, %4} ")
                    .arg(box.left())
                    .arg(box.top())
                    .arg(box.left() + box.width())
                    .arg(box.top() + box.height());
    return text;
}

} // namespace qmop::fixture

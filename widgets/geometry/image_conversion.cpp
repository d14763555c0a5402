// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/geometry/image_conversion.h"

#include <QPainter>

#include <cstring>

namespace qmop {

QImage toQImage(const ImageU8 &image)
{
    if (image.empty())
        return {};
    QImage result(image.width, image.height, QImage::Format_RGB32);
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t *from = image.at(0, y);
        auto *to = reinterpret_cast<QRgb *>(result.scanLine(y));
        for (int x = 0; x < image.width; ++x, from += 3)
            to[x] = qRgb(from[0], from[1], from[2]);
    }
    return result;
}

ImageU8 fromQImage(const QImage &image)
{
    ImageU8 result;
    if (image.isNull())
        return result;
    QImage opaque(image.size(), QImage::Format_RGB888);
    opaque.fill(Qt::white);
    QPainter(&opaque).drawImage(QRect(QPoint(0, 0), image.size()), image);
    result.width = image.width();
    result.height = image.height();
    result.rgb.resize(result.pixelCount() * 3);
    for (int y = 0; y < result.height; ++y)
        std::memcpy(result.at(0, y), opaque.constScanLine(y), std::size_t(result.width) * 3);
    return result;
}

} // namespace qmop

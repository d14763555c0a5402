// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/picture_pyramid.h"

#include "widgets/geometry/image_conversion.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace qmop {

namespace {

constexpr std::size_t maxConverted = 16'000'000; // pixels: 64 MB
constexpr int smallestSide = 256; // halving further saves nothing

// The picture's own memory, kept as long as the result or a copy of it lives.
QImage wrapped(const std::shared_ptr<const ImageU8> &picture)
{
    return {picture->rgb.data(),
            picture->width,
            picture->height,
            qsizetype(picture->width) * 3,
            QImage::Format_RGB888,
            [](void *kept) { delete static_cast<std::shared_ptr<const ImageU8> *>(kept); },
            new std::shared_ptr<const ImageU8>(picture)};
}

QImage firstLevel(const std::shared_ptr<const ImageU8> &picture)
{
    return picture->pixelCount() > maxConverted ? wrapped(picture) : toQImage(*picture);
}

// Means of 2 x 2 pixels; `at` gives a pixel as (red, green, blue) bytes. Where a
// side is odd, the last row or column counts twice.
template<typename PixelAt> QImage halved(int width, int height, PixelAt at)
{
    QImage half((width + 1) / 2, (height + 1) / 2, QImage::Format_RGB32);
    for (int y = 0; y < half.height(); ++y) {
        auto *to = reinterpret_cast<QRgb *>(half.scanLine(y));
        const int below = std::min(2 * y + 1, height - 1);
        for (int x = 0; x < half.width(); ++x) {
            const int right = std::min(2 * x + 1, width - 1);
            const auto a = at(2 * x, 2 * y), b = at(right, 2 * y), c = at(2 * x, below), d = at(right, below);
            const auto mean = [&](int i) { return (a[i] + b[i] + c[i] + d[i] + 2) / 4; };
            to[x] = qRgb(mean(0), mean(1), mean(2));
        }
    }
    return half;
}

QImage halved(const QImage &image)
{
    return halved(image.width(), image.height(), [&image](int x, int y) {
        const QRgb pixel = reinterpret_cast<const QRgb *>(image.constScanLine(y))[x];
        return std::array<int, 3>{qRed(pixel), qGreen(pixel), qBlue(pixel)};
    });
}

}

PicturePyramid::PicturePyramid(const std::shared_ptr<const ImageU8> &picture)
{
    if (!picture || picture->empty())
        return;
    m_levels.push_back(firstLevel(picture));
    while (std::min(m_levels.back().width(), m_levels.back().height()) > smallestSide) {
        if (m_levels.size() == 1)
            m_levels.push_back(halved(picture->width, picture->height, [&picture](int x, int y) {
                const std::uint8_t *pixel = picture->at(x, y);
                return std::array<int, 3>{pixel[0], pixel[1], pixel[2]};
            }));
        else
            m_levels.push_back(halved(m_levels.back()));
    }
}

void PicturePyramid::moveTo(const std::shared_ptr<const ImageU8> &picture)
{
    if (!m_levels.empty() && m_levels.front().format() == QImage::Format_RGB888)
        m_levels.front() = wrapped(picture);
}

void PicturePyramid::draw(QPainter &painter, const QRect &target, const QRect &clip, bool smooth) const
{
    if (isNull() || target.isEmpty())
        return;
    const QRect visible = target.intersected(clip);
    if (visible.isEmpty())
        return;
    const QSize whole = m_levels.front().size();
    std::size_t level = 0;
    while (level + 1 < m_levels.size() && (whole.width() >> (level + 1)) >= target.width()
           && (whole.height() >> (level + 1)) >= target.height())
        ++level;
    // A level holds 2^level of the picture's pixels in one; the last may be cut.
    const double scaleX = std::ldexp(whole.width(), -int(level)) / target.width();
    const double scaleY = std::ldexp(whole.height(), -int(level)) / target.height();
    const QRectF source((visible.left() - target.left()) * scaleX, (visible.top() - target.top()) * scaleY,
                        visible.width() * scaleX, visible.height() * scaleY);
    const bool crisp = target.width() >= 2 * whole.width();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth && !crisp);
    if ((!smooth || crisp) && m_levels[level].format() == QImage::Format_RGB32) {
        painter.drawImage(QRectF(visible), m_levels[level], source);
        return;
    }
    // In strips that Qt does not share out to other threads: see OverlayPainter.
    constexpr int rows = 64;
    painter.save();
    for (int y = visible.top(); y <= visible.bottom(); y += rows) {
        const QRect strip(visible.left(), y, visible.width(), std::min(rows, visible.bottom() + 1 - y));
        painter.setClipRect(strip, Qt::IntersectClip);
        painter.drawImage(QRectF(visible), m_levels[level], source);
        painter.restore();
        painter.save();
    }
    painter.restore();
}

} // namespace qmop

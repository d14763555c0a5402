// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/picture_pyramid.h"

#include <QPainter>

#include <algorithm>

namespace qmop {

void PicturePyramid::setImage(QImage image)
{
    m_levels.clear();
    if (!image.isNull())
        m_levels.push_back(std::move(image));
}

const QImage &PicturePyramid::levelFor(int targetWidth, int targetHeight)
{
    std::size_t level = 0;
    const auto halved = [](int length) { return std::max(1, length / 2); };
    while (true) {
        const QSize size = m_levels[level].size();
        const bool tooLarge = size.width() >= 2 * targetWidth && size.height() >= 2 * targetHeight;
        if (!tooLarge || (size.width() <= 1 && size.height() <= 1))
            return m_levels[level];
        if (level + 1 == m_levels.size())
            m_levels.push_back(m_levels[level].scaled(halved(size.width()), halved(size.height()),
                                                      Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        ++level;
    }
}

void PicturePyramid::draw(QPainter &painter, const QRect &target, const QRect &clip, bool smooth)
{
    if (isNull() || target.isEmpty())
        return;
    const QRect visible = target.intersected(clip);
    if (visible.isEmpty())
        return;
    const QImage &level = levelFor(target.width(), target.height());
    const double scaleX = double(level.width()) / target.width();
    const double scaleY = double(level.height()) / target.height();
    const QRectF source((visible.left() - target.left()) * scaleX, (visible.top() - target.top()) * scaleY,
                        visible.width() * scaleX, visible.height() * scaleY);
    const bool crisp = target.width() >= 2 * image().width();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth && !crisp);
    if (!smooth || crisp) {
        painter.drawImage(QRectF(visible), level, source);
        return;
    }
    // In strips that Qt does not share out to other threads: see OverlayPainter.
    constexpr int rows = 64;
    painter.save();
    for (int y = visible.top(); y <= visible.bottom(); y += rows) {
        painter.setClipRect(QRect(visible.left(), y, visible.width(), std::min(rows, visible.bottom() + 1 - y)));
        painter.drawImage(QRectF(visible), level, source);
    }
    painter.restore();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Draws a picture of any size at any scale in time bounded by the screen.
#pragma once

#include <QImage>
#include <QRect>

#include <vector>

class QPainter;

namespace qmop {

// The picture and halved copies of it, made when a scale first needs them.
class PicturePyramid {
public:
    void setImage(QImage image);
    bool isNull() const { return m_levels.empty(); }
    const QImage &image() const { return m_levels.front(); }

    // Draws the part that lies within `clip`; `target` is where the whole
    // picture goes. Both in device pixels. Shrunken pictures are smoothed,
    // pixels enlarged twofold or more stay crisp. Not smooth: faster, for a picture
    // that moves.
    void draw(QPainter &painter, const QRect &target, const QRect &clip, bool smooth = true);

private:
    const QImage &levelFor(int targetWidth, int targetHeight);

    std::vector<QImage> m_levels;
};

} // namespace qmop

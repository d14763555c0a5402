// SPDX-License-Identifier: GPL-3.0-or-later
//
// Draws a picture of any size at any scale in time bounded by the screen.
#pragma once

#include "qmop/image_u8.h"

#include <QImage>
#include <QRect>

#include <memory>
#include <vector>

class QPainter;

namespace qmop {

// The picture and halved copies of it. Copies of a pyramid share them.
class PicturePyramid {
public:
    PicturePyramid() = default;
    // Reads every pixel: for large pictures, beside the window's thread. Pictures of
    // more than 16 million pixels are drawn from where they lie; the halved copies
    // take 4/9 of that again.
    explicit PicturePyramid(const std::shared_ptr<const ImageU8> &picture);
    bool isNull() const { return m_levels.empty(); }
    // Another copy of the same pixels in place of the one it was made from, which
    // then can be freed.
    void moveTo(const std::shared_ptr<const ImageU8> &picture);

    // Draws the part that lies within `clip`; `target` is where the whole
    // picture goes. Both in device pixels. Shrunken pictures are smoothed,
    // pixels enlarged twofold or more stay crisp. Not smooth: faster, for a picture
    // that moves.
    void draw(QPainter &painter, const QRect &target, const QRect &clip, bool smooth = true) const;

private:
    std::vector<QImage> m_levels; // of 1/1, 1/2, 1/4, ... the size, rounded up
};

} // namespace qmop

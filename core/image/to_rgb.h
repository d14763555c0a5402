// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what OpenCV decodes (BGR, grey, alpha, 8 or 16 bit) to upright 8-bit RGB.
#pragma once

#include "core/image/picture_file.h"
#include "qmop/image_u8.h"

namespace cv {
class Mat;
}

namespace qmop {

struct RgbResult {
    ImageU8 image;
    bool supported = true; // false: neither 8 nor 16 bit, or 2 or more than 4 channels
    bool blended = false; // some pixel was not opaque
    bool reduced = false; // from 16 bit
};

// `pixels` as decoded unchanged: 1, 3 (BGR) or 4 (BGRA) channels. Transparent
// pixels are blended over white; the frame is placed on its canvas.
RgbResult toRgb(const cv::Mat &pixels, const PictureHeader &header);

// Applies EXIF orientation 1 ... 8: where the stored picture's first row and
// first column are in the scene (EXIF 2.3, tag 0x0112).
ImageU8 turnUpright(ImageU8 image, int orientation);

} // namespace qmop

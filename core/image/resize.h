// SPDX-License-Identifier: GPL-3.0-or-later
//
// Resizing that equals Pillow's Image.resize() bit by bit, because that is what
// the checkpoints' pictures went through. OpenCV's bicubic has other
// coefficients and no antialiasing. Horizontal pass first, as in every Pillow
// that the checkpoints were made with; Pillow 13 swaps the passes where the height
// shrinks by more than twice the width's pixels, which moves some values by one.
#pragma once

#include "qmop/image_u8.h"

#include <array>
#include <cstdint>

namespace qmop {

enum class ResizeFilter {
    Bilinear, // PIL.Image.BILINEAR
    Bicubic, // PIL.Image.BICUBIC, a = -0.5
};

// Part of the resized picture, in resized pixels.
struct ResizeRegion {
    std::int64_t left = 0;
    std::int64_t top = 0;
    int width = 0;
    int height = 0;
};

// The whole picture at width x height. Sizes are positive.
ImageU8 resizeImage(const ImageU8 &image, int width, int height, ResizeFilter filter);

// resizeImage(...) cropped to `region`, which lies inside width x height, at the
// cost of the region alone: a 30,000 x 10 picture resized to 384,000 x 128 and
// cropped to 128 x 128 never exists in full.
ImageU8 resizeRegion(const ImageU8 &image, std::int64_t width, std::int64_t height, const ResizeRegion &region,
                     ResizeFilter filter);

// The picture centred on a square of its longer edge (offset rounded down) in
// `colour`, resized to size x size. Beside picture and result this takes size^2
// sums and two axes' weights: the full square never exists, nor anything as long
// as it and as wide as the result.
ImageU8 resizeOnSquare(const ImageU8 &image, const std::array<std::uint8_t, 3> &colour, int size, ResizeFilter filter);

} // namespace qmop

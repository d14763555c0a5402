// SPDX-License-Identifier: GPL-3.0-or-later
//
// The pictures of tests/golden/noise.py.
#pragma once

#include "qmop/image_u8.h"

namespace qmop {

inline ImageU8 noiseImage(int width, int height)
{
    ImageU8 image{width, height, {}};
    image.rgb.resize(image.pixelCount() * 3);
    std::uint32_t state = 12345;
    for (std::uint8_t &value : image.rgb) {
        state = state * 1664525 + 1013904223;
        value = std::uint8_t(state >> 24);
    }
    return image;
}

} // namespace qmop

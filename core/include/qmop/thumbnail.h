// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/image_u8.h"

namespace qmop {

// Longer edge of the small picture that is kept of each run's.
inline constexpr int runThumbnailSide = 96;

// At most `side` pixels on its longer edge, sampled without copying the picture:
// means over at most 4 x 4 samples a pixel, so that the cost does not grow with it.
ImageU8 thumbnailOf(const ImageU8 &image, int side);

} // namespace qmop

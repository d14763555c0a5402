// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures in the order of channels that OpenCV writes.
#pragma once

#include "qmop/image_u8.h"

#include <opencv2/core/mat.hpp>

namespace qmop {

// [height, width, 3] uint8, blue first.
cv::Mat bgrPicture(const ImageU8 &image);

} // namespace qmop

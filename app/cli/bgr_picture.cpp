// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bgr_picture.h"

namespace qmop {

cv::Mat bgrPicture(const ImageU8 &image)
{
    cv::Mat bgr(image.height, image.width, CV_8UC3);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const std::uint8_t *rgb = image.at(x, y);
            bgr.at<cv::Vec3b>(y, x) = {rgb[2], rgb[1], rgb[0]};
        }
    return bgr;
}

} // namespace qmop

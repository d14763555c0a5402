// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/to_rgb.h"

#include <algorithm>
#include <limits>

#include <opencv2/core.hpp>

namespace qmop {

namespace {

constexpr std::uint32_t white = 255;

// Sample of depth T over white, as 8 bits, rounded to nearest.
template<typename T> std::uint8_t overWhite(T value, T alpha)
{
    constexpr std::uint64_t full = std::numeric_limits<T>::max();
    if (sizeof(T) == 1 && alpha == full) // nearly all pixels of nearly all pictures
        return std::uint8_t(value);
    const std::uint64_t blended = std::uint64_t(value) * alpha * white + full * white * (full - alpha);
    return std::uint8_t((blended + full * full / 2) / (full * full));
}

template<typename T> void convertRows(const cv::Mat &pixels, const PictureHeader &header, RgbResult &result)
{
    constexpr T opaque = std::numeric_limits<T>::max();
    const int channels = pixels.channels();
    for (int y = 0; y < pixels.rows; ++y) {
        const T *source = pixels.ptr<T>(y);
        std::uint8_t *target = result.image.at(int(header.frameLeft), int(header.frameTop) + y);
        for (int x = 0; x < pixels.cols; ++x, source += channels, target += 3) {
            T alpha = opaque;
            if (channels == 4 && header.hasAlpha)
                alpha = source[3];
            else if (channels == 1 && header.transparentGrey && source[0] == *header.transparentGrey)
                alpha = 0;
            result.blended = result.blended || alpha != opaque;
            for (int c = 0; c < 3; ++c)
                target[c] = overWhite<T>(channels == 1 ? source[0] : source[2 - c], alpha);
        }
    }
}

}

RgbResult toRgb(const cv::Mat &pixels, const PictureHeader &header)
{
    RgbResult result;
    const int channels = pixels.channels();
    result.supported
        = (pixels.depth() == CV_8U || pixels.depth() == CV_16U) && (channels == 1 || channels == 3 || channels == 4);
    if (!result.supported)
        return result;
    const bool onCanvas = header.frameWidth > 0;
    result.image.width = onCanvas ? int(header.width) : pixels.cols;
    result.image.height = onCanvas ? int(header.height) : pixels.rows;
    result.image.rgb.assign(result.image.pixelCount() * 3, std::uint8_t(white));
    result.blended = onCanvas && (header.frameWidth < header.width || header.frameHeight < header.height);
    result.reduced = pixels.depth() == CV_16U;
    if (result.reduced)
        convertRows<std::uint16_t>(pixels, header, result);
    else
        convertRows<std::uint8_t>(pixels, header, result);
    return result;
}

ImageU8 turnUpright(ImageU8 image, int orientation)
{
    if (orientation <= 1 || orientation > 8)
        return image;
    const bool swapsAxes = orientation >= 5;
    ImageU8 upright{swapsAxes ? image.height : image.width, swapsAxes ? image.width : image.height, {}};
    upright.rgb.resize(image.rgb.size());
    const int lastX = image.width - 1, lastY = image.height - 1;
    for (int y = 0; y < upright.height; ++y) {
        for (int x = 0; x < upright.width; ++x) {
            const int along = swapsAxes ? y : x; // stored column, before mirroring
            const int across = swapsAxes ? x : y;
            const bool mirrorsX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
            const bool mirrorsY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
            std::copy_n(image.at(mirrorsX ? lastX - along : along, mirrorsY ? lastY - across : across), 3,
                        upright.at(x, y));
        }
    }
    return upright;
}

} // namespace qmop

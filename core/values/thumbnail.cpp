// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/thumbnail.h"

#include <algorithm>

namespace qmop {

ImageU8 thumbnailOf(const ImageU8 &image, int side)
{
    if (image.empty())
        return {};
    const double scale = std::max(1.0, std::max(image.width, image.height) / double(side));
    ImageU8 result;
    result.width = std::max(1, int(image.width / scale));
    result.height = std::max(1, int(image.height / scale));
    result.rgb.resize(result.pixelCount() * 3);
    constexpr int samples = 4;
    constexpr int n = samples * samples;
    for (int y = 0; y < result.height; ++y)
        for (int x = 0; x < result.width; ++x) {
            int sum[3] = {0, 0, 0};
            for (int i = 0; i < n; ++i) {
                const int fromX = std::min(image.width - 1, int((x + (i % samples + 0.5) / samples) * scale));
                const int fromY = std::min(image.height - 1, int((y + (i / samples + 0.5) / samples) * scale));
                for (int c = 0; c < 3; ++c)
                    sum[c] += image.at(fromX, fromY)[c];
            }
            for (int c = 0; c < 3; ++c)
                result.at(x, y)[c] = std::uint8_t(sum[c] / n);
        }
    return result;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/styles.h"

#include "core/scenes/catalogue.h"

#include <algorithm>
#include <cstdlib>

namespace qmop::scenes {

namespace {

std::vector<std::uint8_t> greyOf(const std::vector<std::uint8_t> &rgb)
{
    std::vector<std::uint8_t> grey(rgb.size() / 3);
    for (std::size_t i = 0; i < grey.size(); ++i)
        grey[i] = std::uint8_t((77 * rgb[3 * i] + 150 * rgb[3 * i + 1] + 29 * rgb[3 * i + 2] + 128) >> 8);
    return grey;
}

// Mean over 2 * radius + 1 samples along one axis, edges repeated.
void boxPass(int size, int step, int across, int radius, int channels, std::vector<std::uint8_t> &rgb)
{
    std::vector<int> line(static_cast<std::size_t>(size));
    const int width = 2 * radius + 1;
    for (int row = 0; row < size; ++row)
        for (int c = 0; c < channels; ++c) {
            std::uint8_t *first = rgb.data() + std::ptrdiff_t(row) * across + c;
            for (int i = 0; i < size; ++i)
                line[std::size_t(i)] = first[std::ptrdiff_t(i) * step];
            int sum = line[0] * radius;
            for (int i = 0; i < radius; ++i)
                sum += line[std::size_t(std::min(i, size - 1))];
            for (int i = 0; i < size; ++i) {
                sum += line[std::size_t(std::min(size - 1, i + radius))];
                first[std::ptrdiff_t(i) * step] = std::uint8_t((sum + width / 2) / width);
                sum -= line[std::size_t(std::max(0, i - radius))];
            }
        }
}

// About a Gaussian of 1.4 px at 128 px, from three boxes that grow with the picture.
void blur(int size, std::vector<std::uint8_t> &rgb)
{
    const int radius = size * 10 / 1024; // 1 at 128 px, 5 at 512 px
    for (int pass = 0; pass < 3; ++pass) {
        boxPass(size, 3, size * 3, radius, 3, rgb);
        boxPass(size, size * 3, 3, radius, 3, rgb);
    }
}

void pixelate(int size, std::vector<std::uint8_t> &rgb)
{
    const int block = size / 64;
    for (int by = 0; by < size; by += block)
        for (int bx = 0; bx < size; bx += block)
            for (int c = 0; c < 3; ++c) {
                int sum = 0;
                for (int y = by; y < by + block; ++y)
                    for (int x = bx; x < bx + block; ++x)
                        sum += rgb[(std::size_t(y) * size + x) * 3 + c];
                const auto mean = std::uint8_t((sum + block * block / 2) / (block * block));
                for (int y = by; y < by + block; ++y)
                    for (int x = bx; x < bx + block; ++x)
                        rgb[(std::size_t(y) * size + x) * 3 + c] = mean;
            }
}

// Dark lines on paper where the grey changes within one pixel of 128.
void sketch(int size, std::vector<std::uint8_t> &rgb)
{
    std::vector<std::uint8_t> grey = greyOf(rgb);
    const int reach = size / 128;
    // What is finer than a pixel of 128 does not count, or large drawings had more lines.
    boxPass(size, 1, size, reach / 2, 1, grey);
    boxPass(size, size, 1, reach / 2, 1, grey);
    const auto at = [&](int x, int y) {
        return int(grey[std::size_t(std::clamp(y, 0, size - 1)) * size + std::size_t(std::clamp(x, 0, size - 1))]);
    };
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const int dx = std::abs(at(x + reach, y) - at(x - reach, y));
            const int dy = std::abs(at(x, y + reach) - at(x, y - reach));
            const int line = std::max(0, 252 - (dx + dy) * 3 / 2);
            std::uint8_t *pixel = rgb.data() + (std::size_t(y) * size + x) * 3;
            pixel[0] = pixel[1] = std::uint8_t(line);
            pixel[2] = std::uint8_t(line * 248 / 252);
        }
}

void sepia(std::vector<std::uint8_t> &rgb)
{
    const std::vector<std::uint8_t> grey = greyOf(rgb);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        rgb[3 * i] = std::uint8_t(std::min(255, grey[i] * 230 / 256 + 26));
        rgb[3 * i + 1] = std::uint8_t(grey[i] * 214 / 256 + 14);
        rgb[3 * i + 2] = std::uint8_t(grey[i] * 168 / 256 + 6);
    }
}

} // namespace

void applyStyle(int style, int size, std::vector<std::uint8_t> &rgb)
{
    switch (style) {
    case Sketch:
        return sketch(size, rgb);
    case Sepia:
        return sepia(rgb);
    case Pixel:
        return pixelate(size, rgb);
    case Blur:
        return blur(size, rgb);
    case Negative:
        for (std::uint8_t &value : rgb)
            value = std::uint8_t(255 - value);
        return;
    default:
        return;
    }
}

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one picture type that crosses layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qmop {

// Packed 8-bit RGB, top row first, no padding between rows: byte (x, y, c) is
// rgb[(y * width + x) * 3 + c]. Orientation is already applied.
struct ImageU8 {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb; // [height, width, 3]

    bool empty() const { return width <= 0 || height <= 0; }
    std::size_t pixelCount() const { return std::size_t(width) * std::size_t(height); }
    const std::uint8_t *at(int x, int y) const { return rgb.data() + (std::size_t(y) * width + x) * 3; }
    std::uint8_t *at(int x, int y) { return rgb.data() + (std::size_t(y) * width + x) * 3; }
};

// Pictures above this many pixels are refused before decoding unless a program
// sets another limit: decoded, one of this size takes about half a gigabyte.
inline constexpr std::int64_t defaultMaxImagePixels = 178'956'970;

} // namespace qmop

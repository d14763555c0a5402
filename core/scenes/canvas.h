// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drawing in integers: antialiased polygons and scaled sprites, the same bytes
// on every processor. Positions are in units (scene.h), whatever the size.
#pragma once

#include "core/scenes/atlas.h"

#include <cstdint>
#include <span>
#include <vector>

namespace qmop::scenes {

struct Rgb {
    int r = 0, g = 0, b = 0; // 0 ... 255
};

// (a * (256 - t) + b * t) / 256, rounded; t in 0 ... 256.
Rgb blend(Rgb a, Rgb b, int t);

struct UnitPoint {
    int x = 0, y = 0; // in units
};

class Canvas {
public:
    // `size`: side in pixels, a multiple of 128.
    explicit Canvas(int size);

    int size() const { return m_size; }
    std::vector<std::uint8_t> &rgb() { return m_rgb; } // [size, size, 3]

    // From here on, pixels that a part covers by half or more belong to `owner`
    // (0: to nobody). keepOwners() starts the record.
    void keepOwners() { m_owners.assign(std::size_t(m_size) * m_size, 0); }
    void setOwner(std::uint8_t owner) { m_owner = owner; }
    const std::vector<std::uint8_t> &owners() const { return m_owners; } // [size, size]

    // Vertical gradient between two heights.
    void gradient(int top, int bottom, Rgb from, Rgb to);
    void rectangle(int x, int y, int width, int height, Rgb colour, int opacity = 256);
    void ellipse(int centreX, int centreY, int radiusX, int radiusY, Rgb colour, int opacity = 256);
    // Even-odd filling of one closed outline, or of several that follow each
    // other (`ends`: index behind the last point of each).
    void polygon(std::span<const UnitPoint> points, Rgb colour, int opacity = 256, std::span<const int> ends = {});
    // The sprite scaled into the box.
    void sprite(const Sprite &sprite, int x, int y, int width, int height, bool mirrored);
    // The glyph's cell scaled into the box, in one colour.
    void glyph(const Sprite &mask, int x, int y, int width, int height, Rgb colour);

private:
    void blendPixel(int x, int y, Rgb colour, int opacity);
    template<typename Paint>
    void scaled(const Sprite &sprite, int x, int y, int width, int height, bool mirrored, const Paint &paint);

    int m_size;
    std::vector<std::uint8_t> m_rgb;
    std::vector<std::uint8_t> m_owners;
    std::vector<int> m_coverage; // of the row in work
    std::vector<int> m_crossings;
    std::uint8_t m_owner = 0;
};

// 16384 * sin(2 pi step / 64), from a table.
int sine64(int step);
// The outline of an ellipse; `corners` divides 64.
std::vector<UnitPoint> ellipsePoints(int centreX, int centreY, int radiusX, int radiusY, int corners);

} // namespace qmop::scenes

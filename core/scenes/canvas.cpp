// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/canvas.h"

#include "core/scenes/scene.h"

#include <algorithm>
#include <array>

namespace qmop::scenes {

namespace {

constexpr int subRows = 4; // samples per pixel row; across, coverage is exact

std::uint8_t mixByte(int below, int above, int opacity)
{
    return std::uint8_t((below * (256 - opacity) + above * opacity + 128) >> 8);
}

} // namespace

Rgb blend(Rgb a, Rgb b, int t)
{
    return {mixByte(a.r, b.r, t), mixByte(a.g, b.g, t), mixByte(a.b, b.b, t)};
}

int sine64(int step)
{
    static constexpr std::array<int, 17> quarter{0,     1606,  3196,  4756,  6270,  7723,  9102,  10394, 11585,
                                                 12665, 13623, 14449, 15137, 15679, 16069, 16305, 16384};
    const int phase = step & 63;
    const int within = phase & 31;
    const int value = quarter[std::size_t(within <= 16 ? within : 32 - within)];
    return phase < 32 ? value : -value;
}

std::vector<UnitPoint> ellipsePoints(int centreX, int centreY, int radiusX, int radiusY, int corners)
{
    std::vector<UnitPoint> points;
    for (int step = 0; step < 64; step += 64 / corners)
        points.push_back({centreX + radiusX * sine64(step + 16) / 16384, centreY + radiusY * sine64(step) / 16384});
    return points;
}

Canvas::Canvas(int size)
    : m_size(size)
    , m_rgb(std::size_t(size) * size * 3)
{
}

void Canvas::blendPixel(int x, int y, Rgb colour, int opacity)
{
    std::uint8_t *pixel = m_rgb.data() + (std::size_t(y) * m_size + x) * 3;
    pixel[0] = mixByte(pixel[0], colour.r, opacity);
    pixel[1] = mixByte(pixel[1], colour.g, opacity);
    pixel[2] = mixByte(pixel[2], colour.b, opacity);
    if (opacity >= 128 && !m_owners.empty())
        m_owners[std::size_t(y) * m_size + x] = m_owner;
}

void Canvas::gradient(int top, int bottom, Rgb from, Rgb to)
{
    const int firstRow = std::clamp(top * m_size / unitsPerSide, 0, m_size);
    const int lastRow = std::clamp(bottom * m_size / unitsPerSide, 0, m_size);
    for (int y = firstRow; y < lastRow; ++y) {
        const int at = (2 * y + 1) * unitsPerSide / (2 * m_size); // the row's middle
        const int t = std::clamp((at - top) * 256 / std::max(1, bottom - top), 0, 256);
        const Rgb colour = blend(from, to, t);
        std::uint8_t *row = m_rgb.data() + std::size_t(y) * m_size * 3;
        for (int x = 0; x < m_size; ++x) {
            row[3 * x] = std::uint8_t(colour.r);
            row[3 * x + 1] = std::uint8_t(colour.g);
            row[3 * x + 2] = std::uint8_t(colour.b);
        }
    }
}

void Canvas::rectangle(int x, int y, int width, int height, Rgb colour, int opacity)
{
    const std::array<UnitPoint, 4> corners{{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}};
    polygon(corners, colour, opacity);
}

void Canvas::ellipse(int centreX, int centreY, int radiusX, int radiusY, Rgb colour, int opacity)
{
    const int corners = std::max(radiusX, radiusY) * m_size < 6 * unitsPerSide ? 16 : 64;
    polygon(ellipsePoints(centreX, centreY, radiusX, radiusY, corners), colour, opacity);
}

void Canvas::polygon(std::span<const UnitPoint> points, Rgb colour, int opacity, std::span<const int> ends)
{
    struct Edge {
        int x0, y0, x1, y1; // pixels in 24.8
    };
    // Exact: the size is a multiple of 128, so a unit is a whole number of 1/256 pixels.
    const int scale = m_size * 256 / unitsPerSide;
    const int whole[] = {int(points.size())};
    if (ends.empty())
        ends = whole;
    std::vector<Edge> edges;
    edges.reserve(points.size());
    int top = m_size * 256, bottom = 0, first = 0;
    for (const int end : ends) {
        for (int i = first; i < end; ++i) {
            const UnitPoint a = points[std::size_t(i)];
            const UnitPoint b = points[std::size_t(i + 1 < end ? i + 1 : first)];
            edges.push_back({a.x * scale, a.y * scale, b.x * scale, b.y * scale});
            top = std::min(top, a.y * scale);
            bottom = std::max(bottom, a.y * scale);
        }
        first = end;
    }
    const int firstRow = std::max(0, top >> 8);
    const int lastRow = std::min(m_size - 1, bottom >> 8);
    m_coverage.assign(std::size_t(m_size) + 1, 0);
    for (int y = firstRow; y <= lastRow; ++y) {
        int left = m_size, right = -1;
        for (int sub = 0; sub < subRows; ++sub) {
            const int at = y * 256 + (2 * sub + 1) * 128 / subRows;
            m_crossings.clear();
            for (const Edge &e : edges)
                if ((e.y0 <= at) != (e.y1 <= at))
                    m_crossings.push_back(e.x0 + int(std::int64_t(e.x1 - e.x0) * (at - e.y0) / (e.y1 - e.y0)));
            std::sort(m_crossings.begin(), m_crossings.end());
            for (std::size_t i = 0; i + 1 < m_crossings.size(); i += 2) {
                const int x0 = std::clamp(m_crossings[i], 0, m_size * 256);
                const int x1 = std::clamp(m_crossings[i + 1], 0, m_size * 256);
                if (x0 >= x1)
                    continue;
                const int p0 = x0 >> 8, p1 = (x1 - 1) >> 8;
                for (int p = p0; p <= p1; ++p)
                    m_coverage[std::size_t(p)] += std::min(x1, (p + 1) * 256) - std::max(x0, p * 256);
                left = std::min(left, p0);
                right = std::max(right, p1);
            }
        }
        for (int x = left; x <= right; ++x) {
            int &covered = m_coverage[std::size_t(x)];
            if (covered > 0)
                blendPixel(x, y, colour, covered * opacity / (256 * subRows));
            covered = 0;
        }
    }
}

// Bilinear reading of the level whose pixels are nearest in size to the canvas's.
template<typename Paint>
void Canvas::scaled(const Sprite &sprite, int x, int y, int width, int height, bool mirrored, const Paint &paint)
{
    if (width <= 0 || height <= 0)
        return;
    // Pixels in 16.16; exact, as a unit is a multiple of 2^-16 pixels.
    const std::int64_t unit = std::int64_t(m_size) * 65536 / unitsPerSide;
    const SpriteLevel *level = &sprite.levels.front();
    for (const SpriteLevel &candidate : sprite.levels) {
        level = &candidate;
        if (std::int64_t(candidate.width) * 65536 * 5 <= width * unit * 7)
            break;
    }
    const std::int64_t stepX = (std::int64_t(level->width) << 32) / (width * unit);
    const std::int64_t stepY = (std::int64_t(level->height) << 32) / (height * unit);
    const int firstX = std::max(0, int((x * unit) >> 16)),
              lastX = std::min(m_size - 1, int(((x + width) * unit) >> 16));
    const int firstY = std::max(0, int((y * unit) >> 16)),
              lastY = std::min(m_size - 1, int(((y + height) * unit) >> 16));
    const auto at = [&](int sx, int sy) -> const std::uint8_t * {
        static constexpr std::uint8_t nothing[4] = {0, 0, 0, 0};
        if (sx < 0 || sy < 0 || sx >= level->width || sy >= level->height)
            return nothing;
        return level->rgba.data() + (std::size_t(sy) * level->width + sx) * 4;
    };
    for (int py = firstY; py <= lastY; ++py) {
        const std::int64_t sy = (((std::int64_t(py) << 16) + 32768 - y * unit) * stepY >> 16) - 32768;
        const int iy = int(sy >> 16), fy = int(sy >> 8) & 255;
        for (int px = firstX; px <= lastX; ++px) {
            std::int64_t sx = (((std::int64_t(px) << 16) + 32768 - x * unit) * stepX >> 16) - 32768;
            if (mirrored)
                sx = (std::int64_t(level->width - 1) << 16) - sx;
            const int ix = int(sx >> 16), fx = int(sx >> 8) & 255;
            const std::uint8_t *a = at(ix, iy), *b = at(ix + 1, iy), *c = at(ix, iy + 1), *d = at(ix + 1, iy + 1);
            int value[4];
            for (int k = 0; k < 4; ++k)
                value[k] = ((a[k] * (256 - fx) + b[k] * fx) * (256 - fy) + (c[k] * (256 - fx) + d[k] * fx) * fy + 32768)
                    >> 16;
            if (value[3] > 0)
                paint(px, py, value);
        }
    }
}

void Canvas::sprite(const Sprite &sprite, int x, int y, int width, int height, bool mirrored)
{
    scaled(sprite, x, y, width, height, mirrored, [this](int px, int py, const int *rgba) {
        const int keep = 256 - rgba[3] - (rgba[3] >> 7);
        std::uint8_t *pixel = m_rgb.data() + (std::size_t(py) * m_size + px) * 3;
        for (int c = 0; c < 3; ++c)
            pixel[c] = std::uint8_t(std::min(255, rgba[c] + ((pixel[c] * keep + 128) >> 8)));
        if (rgba[3] >= 128 && !m_owners.empty())
            m_owners[std::size_t(py) * m_size + px] = m_owner;
    });
}

void Canvas::glyph(const Sprite &mask, int x, int y, int width, int height, Rgb colour)
{
    scaled(mask, x, y, width, height, false,
           [&](int px, int py, const int *rgba) { blendPixel(px, py, colour, rgba[3] + (rgba[3] >> 7)); });
}

} // namespace qmop::scenes

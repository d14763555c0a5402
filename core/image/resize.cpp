// SPDX-License-Identifier: GPL-3.0-or-later
//
// Follows Pillow's src/libImaging/Resample.c: coefficients in double, rounded to
// 22 fractional bits; horizontal pass, 8-bit intermediate, vertical pass. A pass
// whose length does not change is skipped.
#include "core/image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace qmop {

namespace {

constexpr int precisionBits = 32 - 8 - 2;

double bilinear(double x)
{
    x = std::abs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
}

double bicubic(double x)
{
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    if (x < 2.0)
        return (((x - 5) * x + 8) * x - 4) * a;
    return 0.0;
}

// Weights of one axis for the outputs [begin, begin + count).
struct AxisWeights {
    int taps = 0; // row length of `weights`
    std::vector<int> first; // [count] first source index
    std::vector<int> used; // [count] number of source indices
    std::vector<std::int32_t> weights; // [count, taps], 22 fractional bits
};

AxisWeights axisWeights(int sourceSize, std::int64_t targetSize, std::int64_t begin, int count, ResizeFilter filter)
{
    const double scale = double(sourceSize) / double(targetSize);
    const double filterScale = std::max(scale, 1.0);
    const double support = (filter == ResizeFilter::Bicubic ? 2.0 : 1.0) * filterScale;

    AxisWeights axis;
    axis.taps = int(std::ceil(support)) * 2 + 1;
    axis.first.resize(count);
    axis.used.resize(count);
    axis.weights.assign(std::size_t(count) * axis.taps, 0);
    std::vector<double> row(axis.taps);
    for (int i = 0; i < count; ++i) {
        const double center = (double(begin + i) + 0.5) * scale;
        const int first = std::max(int(center - support + 0.5), 0);
        const int used = std::min(int(center + support + 0.5), sourceSize) - first;
        double sum = 0;
        for (int k = 0; k < used; ++k) {
            const double distance = (k + first - center + 0.5) * (1.0 / filterScale);
            row[k] = filter == ResizeFilter::Bicubic ? bicubic(distance) : bilinear(distance);
            sum += row[k];
        }
        for (int k = 0; k < used; ++k) {
            const double weight = sum != 0.0 ? row[k] / sum : row[k];
            const double fixed = weight * (1 << precisionBits);
            axis.weights[std::size_t(i) * axis.taps + k] = std::int32_t(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
        }
        axis.first[i] = first;
        axis.used[i] = used;
    }
    return axis;
}

std::uint8_t toByte(std::int32_t fixed)
{
    return std::uint8_t(std::clamp(fixed >> precisionBits, 0, 255));
}

constexpr std::int32_t half = 1 << (precisionBits - 1);

// One row of the horizontal pass: axis.first.size() pixels into `target`. Sums
// begin at `start` [axis.first.size(), 3].
void resizeRow(const std::uint8_t *source, const AxisWeights &axis, const std::vector<std::int32_t> &start,
               std::uint8_t *target)
{
    for (std::size_t x = 0; x < axis.first.size(); ++x, target += 3) {
        const std::int32_t *weights = &axis.weights[x * axis.taps];
        const std::uint8_t *pixel = source + std::size_t(axis.first[x]) * 3;
        std::int32_t r = start[3 * x], g = start[3 * x + 1], b = start[3 * x + 2];
        for (int k = 0; k < axis.used[x]; ++k, pixel += 3) {
            r += pixel[0] * weights[k];
            g += pixel[1] * weights[k];
            b += pixel[2] * weights[k];
        }
        target[0] = toByte(r);
        target[1] = toByte(g);
        target[2] = toByte(b);
    }
}

// Source rows [firstRow, firstRow + rows) -> rows x axis.first.size().
ImageU8 horizontalPass(const ImageU8 &source, const AxisWeights &axis, int firstRow, int rows)
{
    ImageU8 out{int(axis.first.size()), rows, {}};
    out.rgb.resize(out.pixelCount() * 3);
    const std::vector<std::int32_t> start(axis.first.size() * 3, half);
    for (int y = 0; y < rows; ++y)
        resizeRow(source.at(0, firstRow + y), axis, start, out.at(0, y));
    return out;
}

// Leaves of `axis` the weights of the sources [begin, begin + length), which then
// count from 0; the others lie on `colour` and are summed up, the same for every
// row: what resizeRow() starts from.
std::vector<std::int32_t> takePadding(AxisWeights &axis, int begin, int length,
                                      const std::array<std::uint8_t, 3> &colour)
{
    std::vector<std::int32_t> start;
    for (std::size_t i = 0; i < axis.first.size(); ++i) {
        std::int32_t *weights = &axis.weights[i * axis.taps];
        const int first = axis.first[i], last = first + axis.used[i];
        const int from = std::clamp(begin, first, last), to = std::clamp(begin + length, first, last);
        const std::int32_t outside = std::accumulate(weights, weights + (from - first), 0)
            + std::accumulate(weights + (to - first), weights + (last - first), 0);
        for (std::uint8_t level : colour)
            start.push_back(half + level * outside);
        std::copy(weights + (from - first), weights + (to - first), weights);
        axis.first[i] = to > from ? from - begin : 0;
        axis.used[i] = to - from;
    }
    return start;
}

// `axis.first` counts from source row `firstRow`, which is row 0 of `source`.
ImageU8 verticalPass(const ImageU8 &source, const AxisWeights &axis, int firstRow)
{
    ImageU8 out{source.width, int(axis.first.size()), {}};
    const std::size_t stride = std::size_t(source.width) * 3;
    out.rgb.resize(out.pixelCount() * 3);
    std::vector<std::int32_t> sums(stride);
    for (int y = 0; y < out.height; ++y) {
        const std::int32_t *weights = &axis.weights[std::size_t(y) * axis.taps];
        std::fill(sums.begin(), sums.end(), half);
        for (int k = 0; k < axis.used[y]; ++k) {
            const std::uint8_t *row = source.at(0, axis.first[y] + k - firstRow);
            for (std::size_t i = 0; i < stride; ++i)
                sums[i] += row[i] * weights[k];
        }
        std::transform(sums.begin(), sums.end(), out.at(0, y), toByte);
    }
    return out;
}

// Both passes of a picture whose padding takePadding() has taken out of the axes.
// Source rows go one by one from the horizontal pass into the sums of the output
// rows that read them: what lies between the passes would be as tall as the source.
ImageU8 verticalSums(const ImageU8 &source, const AxisWeights &horizontal, const std::vector<std::int32_t> &startOfRow,
                     const AxisWeights &vertical, const std::vector<std::int32_t> &startOfColumn)
{
    ImageU8 out{int(horizontal.first.size()), int(vertical.first.size()), {}};
    const std::size_t stride = std::size_t(out.width) * 3;
    std::vector<std::int32_t> sums(stride * std::size_t(out.height));
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] = startOfColumn[i / stride * 3 + i % 3];
    std::vector<std::uint8_t> row(stride);
    int begin = 0; // output rows before it read no source row from here on
    for (int y = 0; y < source.height; ++y) {
        resizeRow(source.at(0, y), horizontal, startOfRow, row.data());
        while (begin < out.height && vertical.first[begin] + vertical.used[begin] <= y)
            ++begin;
        for (int to = begin; to < out.height && vertical.first[to] <= y; ++to) {
            const int tap = y - vertical.first[to];
            if (tap >= vertical.used[to])
                continue;
            const std::int32_t weight = vertical.weights[std::size_t(to) * vertical.taps + tap];
            std::int32_t *sum = &sums[std::size_t(to) * stride];
            for (std::size_t i = 0; i < stride; ++i)
                sum[i] += row[i] * weight;
        }
    }
    out.rgb.resize(sums.size());
    std::transform(sums.begin(), sums.end(), out.rgb.begin(), toByte);
    return out;
}

ImageU8 filledImage(int width, int height, const std::array<std::uint8_t, 3> &colour)
{
    ImageU8 out{width, height, {}};
    out.rgb.resize(out.pixelCount() * 3);
    for (std::size_t i = 0; i < out.rgb.size(); i += 3)
        std::copy(colour.begin(), colour.end(), out.rgb.begin() + std::ptrdiff_t(i));
    return out;
}

ImageU8 cropImage(const ImageU8 &image, int left, int top, int width, int height)
{
    ImageU8 out{width, height, {}};
    out.rgb.resize(out.pixelCount() * 3);
    for (int y = 0; y < height; ++y)
        std::copy_n(image.at(left, top + y), std::size_t(width) * 3, out.at(0, y));
    return out;
}

}

ImageU8 resizeImage(const ImageU8 &image, int width, int height, ResizeFilter filter)
{
    return resizeRegion(image, width, height, {0, 0, width, height}, filter);
}

ImageU8 resizeRegion(const ImageU8 &image, std::int64_t width, std::int64_t height, const ResizeRegion &region,
                     ResizeFilter filter)
{
    int firstRow = int(region.top); // source rows that the vertical pass reads
    int rows = region.height;
    AxisWeights vertical;
    if (height != image.height) {
        vertical = axisWeights(image.height, height, region.top, region.height, filter);
        firstRow = vertical.first.front();
        rows = vertical.first.back() + vertical.used.back() - firstRow;
    }
    const ImageU8 narrowed = width != image.width
        ? horizontalPass(image, axisWeights(image.width, width, region.left, region.width, filter), firstRow, rows)
        : cropImage(image, int(region.left), firstRow, region.width, rows);
    return height != image.height ? verticalPass(narrowed, vertical, firstRow) : narrowed;
}

ImageU8 resizeOnSquare(const ImageU8 &image, const std::array<std::uint8_t, 3> &colour, int size, ResizeFilter filter)
{
    const int side = std::max(image.width, image.height);
    const int left = (side - image.width) / 2;
    const int top = (side - image.height) / 2;
    if (side == size) {
        ImageU8 out = filledImage(size, size, colour);
        for (int y = 0; y < image.height; ++y)
            std::copy_n(image.at(0, y), std::size_t(image.width) * 3, out.at(left, top + y));
        return out;
    }
    AxisWeights vertical = axisWeights(side, size, 0, size, filter);
    AxisWeights horizontal = vertical;
    // Without this a row would cost as much as the square is wide: hours for 1 x 1,000,000 pixels.
    const std::vector<std::int32_t> startOfRow = takePadding(horizontal, left, image.width, colour);
    // Rows of padding alone keep their colour through the horizontal pass: the
    // weights add up to one within far less than half a level.
    const std::vector<std::int32_t> startOfColumn = takePadding(vertical, top, image.height, colour);
    return verticalSums(image, horizontal, startOfRow, vertical, startOfColumn);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/patch_grid.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

// Patch borders are computed in floating point on both ways; a point that lies
// on a border by less than this share of a patch belongs to the patch that
// starts there.
constexpr double borderTolerance = 1e-9;

// transformers' get_resize_output_image_size(): shorter edge -> size, longer
// edge -> int(size * long / short); then center_crop() with offset
// (resized - size) // 2 in resized pixels.
ImageFromModel cropTransform(std::int64_t width, std::int64_t height, std::int64_t size)
{
    const std::int64_t shorter = std::min(width, height);
    const std::int64_t resizedWidth = size * width / shorter;
    const std::int64_t resizedHeight = size * height / shorter;
    ImageFromModel transform;
    transform.scaleX = double(width) / double(resizedWidth);
    transform.scaleY = double(height) / double(resizedHeight);
    transform.offsetX = double((resizedWidth - size) / 2) * transform.scaleX;
    transform.offsetY = double((resizedHeight - size) / 2) * transform.scaleY;
    return transform;
}

// LLaVA's expand2square(): a square of the longer edge with the picture at
// (side - edge) // 2, then side -> size.
struct Square {
    std::int64_t side = 0;
    std::int64_t left = 0;
    std::int64_t top = 0;
};

Square expandToSquare(std::int64_t width, std::int64_t height)
{
    Square square;
    square.side = std::max(width, height);
    square.left = (square.side - width) / 2;
    square.top = (square.side - height) / 2;
    return square;
}

ImageFromModel padTransform(const Square &square, int size)
{
    ImageFromModel transform;
    transform.scaleX = transform.scaleY = double(square.side) / size;
    transform.offsetX = -double(square.left);
    transform.offsetY = -double(square.top);
    return transform;
}

// Whether cell `index` of one axis shows nothing of the picture's span
// [start, start + length) within the square. Integers: a patch that ends just
// where the picture starts is padding, without rounding.
bool cellIsPadding(std::int64_t index, const PatchGrid &grid, std::int64_t side, std::int64_t start,
                   std::int64_t length)
{
    const std::int64_t cellBegin = index * grid.patchSize * side; // in square pixels, times modelSize
    const std::int64_t cellEnd = cellBegin + grid.patchSize * side;
    return cellEnd <= start * grid.modelSize || cellBegin >= (start + length) * grid.modelSize;
}

int cellAt(double posInModel, const PatchGrid &grid)
{
    return int(std::floor(posInModel / grid.patchSize + borderTolerance));
}

}

PointF ImageFromModel::map(PointF posInModel) const
{
    return {scaleX * posInModel.x + offsetX, scaleY * posInModel.y + offsetY};
}

PointF ImageFromModel::inverse(PointF posInImage) const
{
    return {(posInImage.x - offsetX) / scaleX, (posInImage.y - offsetY) / scaleY};
}

RectF PatchGrid::patchInModel(int patch) const
{
    const double side = patchSize;
    return {(patch % columns) * side, (patch / columns) * side, side, side};
}

RectF PatchGrid::patchInImage(int patch) const
{
    const RectF inModel = patchInModel(patch);
    const PointF topLeft = imageFromModel.map({inModel.x, inModel.y});
    return {topLeft.x, topLeft.y, inModel.width * imageFromModel.scaleX, inModel.height * imageFromModel.scaleY};
}

int PatchGrid::patchAt(PointF posInImage) const
{
    const PointF posInModel = imageFromModel.inverse(posInImage);
    // Checked before the conversion to int, which is undefined for huge values.
    if (!(posInModel.x > -patchSize && posInModel.x < modelSize + patchSize)
        || !(posInModel.y > -patchSize && posInModel.y < modelSize + patchSize))
        return -1;
    const int column = cellAt(posInModel.x, *this);
    const int row = cellAt(posInModel.y, *this);
    if (column < 0 || column >= columns || row < 0 || row >= rows)
        return -1;
    return row * columns + column;
}

PatchGrid makePatchGrid(int imageWidth, int imageHeight, int modelSize, int patchSize, FitPolicy fit)
{
    PatchGrid grid;
    grid.imageWidth = imageWidth;
    grid.imageHeight = imageHeight;
    grid.modelSize = modelSize;
    grid.patchSize = patchSize;
    grid.rows = modelSize / patchSize;
    grid.columns = modelSize / patchSize;
    grid.fit = fit;
    grid.isPadding.assign(std::size_t(grid.patchCount()), 0);
    if (fit == FitPolicy::Crop) {
        grid.imageFromModel = cropTransform(imageWidth, imageHeight, modelSize);
        return grid;
    }
    const Square square = expandToSquare(imageWidth, imageHeight);
    grid.imageFromModel = padTransform(square, modelSize);
    for (int patch = 0; patch < grid.patchCount(); ++patch)
        grid.isPadding[std::size_t(patch)]
            = cellIsPadding(patch % grid.columns, grid, square.side, square.left, imageWidth)
            || cellIsPadding(patch / grid.columns, grid, square.side, square.top, imageHeight);
    return grid;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where each patch of the vision encoder lies on the user's own picture. Every
// overlay, hover read-out and export goes through these transforms.
#pragma once

#include <cstdint>
#include <vector>

namespace qmop {

// A point or a box in continuous pixel coordinates: pixel (0, 0) covers
// [0, 1) x [0, 1). The space a value lives in is part of its name.
struct PointF {
    double x = 0;
    double y = 0;
};

struct RectF {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;

    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

// How a picture is brought to the encoder's square input.
enum class FitPolicy : std::uint8_t {
    Crop, // shorter edge resized to the input size, centre crop (CLIP)
    Pad, // longer edge resized to the input size, padded to a square (LLaVA-1.5)
};

// Axis-aligned map without rotation: image = scale * model + offset.
struct ImageFromModel {
    double scaleX = 1;
    double scaleY = 1;
    double offsetX = 0;
    double offsetY = 0;

    PointF map(PointF posInModel) const;
    PointF inverse(PointF posInImage) const;
};

// The grid of patches of one prepared picture. Patches are numbered in raster
// order: patch i lies in row i / columns, column i % columns.
struct PatchGrid {
    int imageWidth = 0; // the user's picture, after EXIF orientation
    int imageHeight = 0;
    int modelSize = 0; // side of the encoder's square input, in pixels
    int patchSize = 0; // side of a patch, in model pixels
    int rows = 0;
    int columns = 0;
    FitPolicy fit = FitPolicy::Crop;
    ImageFromModel imageFromModel;
    // [rows * columns]; true where the whole patch shows padding only.
    std::vector<std::uint8_t> isPadding;

    int patchCount() const { return rows * columns; }
    RectF patchInModel(int patch) const;
    // May reach beyond the picture where a patch lies partly on padding.
    RectF patchInImage(int patch) const;
    // Patch under a point, or -1 outside the encoder's input. Points on padding
    // belong to a patch too, although they lie outside the picture. A point on
    // a border belongs to the patch that starts there: patchAt() of the upper
    // left corner of patchInImage(i) is i.
    int patchAt(PointF posInImage) const;
};

// The grid for a picture of the given size. Sizes are positive; modelSize is a
// multiple of patchSize. The rounding is that of transformers' CLIPImageProcessor
// (Crop: longer edge = floor(modelSize * long / short), crop offset
// floor((resized - modelSize) / 2)) and of LLaVA's expand2square (Pad: square of
// the longer edge, picture at floor((side - edge) / 2)), so that patchInImage()
// is the region that the resize really read.
PatchGrid makePatchGrid(int imageWidth, int imageHeight, int modelSize, int patchSize, FitPolicy fit);

} // namespace qmop

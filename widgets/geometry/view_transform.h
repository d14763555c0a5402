// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the picture lies on the screen. `widgetFromImage` is the only transform
// that overlay, hover, cursor and export use on top of PatchGrid.
#pragma once

#include "qmop/patch_grid.h"

#include <QPointF>
#include <QRect>
#include <QRectF>
#include <QSizeF>

namespace qmop {

// widget = scale * image + offset, in device-independent pixels.
struct WidgetFromImage {
    double scale = 1;
    QPointF offset;

    QPointF map(QPointF posInImage) const { return posInImage * scale + offset; }
    QRectF map(const QRectF &rectInImage) const;
    QPointF inverse(QPointF posInWidget) const { return (posInWidget - offset) / scale; }
};

// Smallest and largest scale that zooming reaches, in device-independent pixels
// per image pixel. Fitting may go beyond both.
inline constexpr double minScale = 1.0 / 256;
inline constexpr double maxScale = 512;

// The largest scale at which `rectInImage` lies centred within the widget's
// size less `margin` on each side.
WidgetFromImage fitTransform(const QRectF &rectInImage, QSizeF widgetSize, double margin);

// Scales by `factor` so that the image point under `posInWidget` stays there.
WidgetFromImage zoomedAt(const WidgetFromImage &widgetFromImage, QPointF posInWidget, double factor);

WidgetFromImage panned(const WidgetFromImage &widgetFromImage, QPointF deltaInWidget);

// A box on whole device pixels: each edge goes to the nearest pixel border, so
// neighbouring boxes share their edge and never overlap. `dpr` is the number of
// device pixels per device-independent pixel.
QRect deviceRect(const QRectF &rectInImage, const WidgetFromImage &widgetFromImage, double dpr);
QRect patchDeviceRect(const PatchGrid &grid, int patch, const WidgetFromImage &widgetFromImage, double dpr);

// The part of the plane that the encoder was given, in image coordinates: inside
// the picture for a crop, around it for a pad.
QRectF modelInputInImage(const PatchGrid &grid);

// Pixels of the picture that a patch touches: first and last column and row,
// clipped to the picture; empty where the patch shows padding only.
QRect patchPixels(const PatchGrid &grid, int patch);

inline QRectF toQt(const RectF &rect)
{
    return {rect.x, rect.y, rect.width, rect.height};
}
inline PointF fromQt(QPointF point)
{
    return {point.x(), point.y()};
}

} // namespace qmop

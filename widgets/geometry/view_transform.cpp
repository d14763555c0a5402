// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/geometry/view_transform.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

// Halves round up everywhere (std::lround would round -0.5 away from 0 and so
// break the shared edge of two patches at the origin). The bounds keep far-off
// edges of huge pictures within what QRect and the painter take. An edge in the
// middle of a pixel is common (a picture centred in an odd width) and comes out a
// rounding error above or below when it is one patch's right and the next one's
// left: both go the same way.
int toPixel(double value)
{
    constexpr double rounding = 1e-6;
    return int(std::clamp(std::floor(value + 0.5 + rounding), -1e8, 1e8));
}

}

QRectF WidgetFromImage::map(const QRectF &rectInImage) const
{
    return {map(rectInImage.topLeft()), rectInImage.size() * scale};
}

WidgetFromImage fitTransform(const QRectF &rectInImage, QSizeF widgetSize, double margin)
{
    const double width = std::max(1.0, widgetSize.width() - 2 * margin);
    const double height = std::max(1.0, widgetSize.height() - 2 * margin);
    WidgetFromImage transform;
    if (rectInImage.width() <= 0 || rectInImage.height() <= 0)
        return transform;
    transform.scale = std::min(width / rectInImage.width(), height / rectInImage.height());
    const QPointF centre(widgetSize.width() / 2, widgetSize.height() / 2);
    transform.offset = centre - rectInImage.center() * transform.scale;
    return transform;
}

WidgetFromImage zoomedAt(const WidgetFromImage &widgetFromImage, QPointF posInWidget, double factor)
{
    const QPointF posInImage = widgetFromImage.inverse(posInWidget);
    WidgetFromImage result;
    // A fitted 1x1 or 30000x10 picture may lie beyond the limits already.
    const double low = std::min(minScale, widgetFromImage.scale);
    const double high = std::max(maxScale, widgetFromImage.scale);
    result.scale = std::clamp(widgetFromImage.scale * factor, low, high);
    result.offset = posInWidget - posInImage * result.scale;
    return result;
}

WidgetFromImage panned(const WidgetFromImage &widgetFromImage, QPointF deltaInWidget)
{
    return {widgetFromImage.scale, widgetFromImage.offset + deltaInWidget};
}

QRect deviceRect(const QRectF &rectInImage, const WidgetFromImage &widgetFromImage, double dpr)
{
    const QRectF inWidget = widgetFromImage.map(rectInImage);
    const int left = toPixel(inWidget.left() * dpr);
    const int top = toPixel(inWidget.top() * dpr);
    const int right = toPixel(inWidget.right() * dpr);
    const int bottom = toPixel(inWidget.bottom() * dpr);
    return {left, top, right - left, bottom - top};
}

QRect patchDeviceRect(const PatchGrid &grid, int patch, const WidgetFromImage &widgetFromImage, double dpr)
{
    return deviceRect(toQt(grid.patchInImage(patch)), widgetFromImage, dpr);
}

QRectF modelInputInImage(const PatchGrid &grid)
{
    const PointF topLeft = grid.imageFromModel.map({0, 0});
    const PointF bottomRight = grid.imageFromModel.map({double(grid.modelSize), double(grid.modelSize)});
    return {topLeft.x, topLeft.y, bottomRight.x - topLeft.x, bottomRight.y - topLeft.y};
}

QRect patchPixels(const PatchGrid &grid, int patch)
{
    const RectF box = grid.patchInImage(patch);
    // Borders that fall on a pixel border up to rounding noise do not touch the
    // pixel beyond it.
    const double noise = 1e-6;
    const int left = std::max(0, int(std::floor(box.x + noise)));
    const int top = std::max(0, int(std::floor(box.y + noise)));
    const int right = std::min(grid.imageWidth, int(std::ceil(box.right() - noise)));
    const int bottom = std::min(grid.imageHeight, int(std::ceil(box.bottom() - noise)));
    if (right <= left || bottom <= top)
        return {};
    return {left, top, right - left, bottom - top};
}

} // namespace qmop

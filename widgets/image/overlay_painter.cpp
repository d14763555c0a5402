// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/overlay_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace qmop {

namespace {

// From here on Qt hands the rows of what is blended to a pool of threads and waits for
// them: while the engine has all cores, for longer than the work takes.
constexpr int rowsPerStrip = 64;

void fillInStrips(QPainter &painter, const QRect &rect, const QBrush &brush)
{
    for (int y = rect.top(); y <= rect.bottom(); y += rowsPerStrip)
        painter.fillRect(QRect(rect.left(), y, rect.width(), std::min(rowsPerStrip, rect.bottom() + 1 - y)), brush);
}

// A frame inside `rect`, so that neighbouring frames do not overlap.
void fillFrame(QPainter &painter, const QRect &rect, int thickness, const QColor &colour)
{
    const int t = std::min({thickness, rect.width(), rect.height()});
    if (t <= 0)
        return;
    painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), t), colour);
    painter.fillRect(QRect(rect.left(), rect.bottom() + 1 - t, rect.width(), t), colour);
    painter.fillRect(QRect(rect.left(), rect.top(), t, rect.height()), colour);
    painter.fillRect(QRect(rect.right() + 1 - t, rect.top(), t, rect.height()), colour);
}

}

OverlayPainter::OverlayPainter(QPainter &painter, const PatchGrid &grid, const WidgetFromImage &widgetFromImage,
                               double dpr, const QRect &clip)
    : m_painter(painter)
    , m_grid(grid)
    , m_widgetFromImage(widgetFromImage)
    , m_dpr(dpr)
    , m_clip(clip)
    , m_picture(deviceRect(QRectF(0, 0, grid.imageWidth, grid.imageHeight), widgetFromImage, dpr))
{
}

namespace {

// Some periods of parallel lines at 45 degrees on `ground`: drawing many lines anew
// for each frame took most of its time, and short tiles are filled slowly.
QImage hatchTile(const QColor &ground, const QColor &ink, int step, double width, bool rising)
{
    constexpr int wide = 256;
    const int periods = (wide + step - 1) / step;
    QImage tile(periods * step, step, QImage::Format_ARGB32_Premultiplied);
    tile.fill(ground);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ink, width));
    // With its neighbours, whose ends reach into the tile's corners.
    for (int shift = -step; shift <= periods * step; shift += step)
        if (rising)
            painter.drawLine(QPointF(shift - step, 2 * step), QPointF(shift + 2 * step, -step));
        else
            painter.drawLine(QPointF(shift - step, -step), QPointF(shift + 2 * step, 2 * step));
    return tile;
}

}

// Parallel lines through the region, anchored to the picture so that they move
// with it when it is panned.
void OverlayPainter::hatch(const QRegion &region, const QColor &ground, const QColor &ink, double spacing, double width,
                           bool rising) const
{
    const QRegion visible = region.intersected(m_clip);
    if (visible.isEmpty())
        return;
    const int step = std::max(2, int(std::lround(spacing * m_dpr)));
    const QPoint anchor = (m_widgetFromImage.offset * m_dpr).toPoint();
    m_painter.save();
    m_painter.setBrushOrigin(QPoint(anchor.x() % step, anchor.y() % step));
    const QBrush brush(hatchTile(ground, ink, step, width * m_dpr, rising));
    for (const QRect &rect : visible)
        fillInStrips(m_painter, rect, brush);
    m_painter.restore();
}

void OverlayPainter::drawPadding(const QColor &ink) const
{
    const QRegion input(deviceRect(modelInputInImage(m_grid), m_widgetFromImage, m_dpr).intersected(m_clip));
    hatch(input.subtracted(m_picture.intersected(m_clip)), Qt::transparent, ink, 7, 1, false);
}

void OverlayPainter::drawOutsideInput(const QColor &veil, const QColor &border) const
{
    if (m_grid.fit != FitPolicy::Crop)
        return;
    const QRect inputRect = deviceRect(modelInputInImage(m_grid), m_widgetFromImage, m_dpr);
    const QRegion unseen = QRegion(m_picture.intersected(m_clip)).subtracted(QRegion(inputRect.intersected(m_clip)));
    if (unseen.isEmpty())
        return;
    for (const QRect &rect : unseen)
        fillInStrips(m_painter, rect, veil);
    m_painter.setPen(QPen(border, m_dpr, Qt::DashLine));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRect(QRectF(inputRect).adjusted(0.5, 0.5, -0.5, -0.5));
}

void OverlayPainter::drawKept(const std::vector<std::uint8_t> &kept, double opacity) const
{
    QRegion dropped;
    for (int patch = 0; patch < m_grid.patchCount(); ++patch)
        if (!kept[std::size_t(patch)] && !isPadding(patch))
            dropped += shownRect(patch).intersected(m_clip);
    // Nothing of a photograph may be lost for good: the dimming stays below black.
    const QColor dim = QColor::fromRgbF(0, 0, 0, float(0.75 * opacity));
    QColor ink = QColor::fromRgb(droppedColour);
    ink.setAlphaF(float(0.30 + 0.60 * opacity));
    hatch(dropped, dim, ink, 9, 1.3, true);
    const QColor outline = QColor::fromRgb(keptColour);
    const QColor halo(255, 255, 255, 190);
    for (int patch = 0; patch < m_grid.patchCount(); ++patch) {
        if (!kept[std::size_t(patch)])
            continue;
        const QRect rect = shownRect(patch);
        if (!rect.intersects(m_clip))
            continue;
        const int pixel = std::max(1, int(std::lround(m_dpr)));
        const int thickness = std::min(rect.width(), rect.height()) >= 12 * m_dpr ? 2 * pixel : pixel;
        // A light line inside keeps the blue apart from a blue or dark picture.
        if (std::min(rect.width(), rect.height()) >= 20 * m_dpr)
            fillFrame(m_painter, rect, thickness + pixel, halo);
        fillFrame(m_painter, rect, thickness, outline);
    }
}

void OverlayPainter::drawField(const OverlayField &field, const ColourMap &map, double opacity) const
{
    if (field.even)
        return;
    for (int patch = 0; patch < m_grid.patchCount(); ++patch) {
        const float value = field.values[std::size_t(patch)];
        if (std::isnan(value))
            continue;
        const QRect rect = shownRect(patch).intersected(m_clip);
        if (rect.isEmpty())
            continue;
        QColor colour = QColor::fromRgb(map.colour(value, field.low, field.high));
        colour.setAlphaF(float(opacity));
        fillInStrips(m_painter, rect, colour);
    }
}

void OverlayPainter::drawWindowEdges(const std::vector<int> &windows, int only, const QColor &colour, int thickness,
                                     Extent extent) const
{
    const auto windowAt = [&](int row, int column) {
        if (row < 0 || row >= m_grid.rows || column < 0 || column >= m_grid.columns)
            return -1;
        const int patch = row * m_grid.columns + column;
        // At the border of the picture a window ends.
        return extent == Extent::Picture && isPadding(patch) ? -1 : windows[std::size_t(patch)];
    };
    const int t = thickness;
    for (int patch = 0; patch < m_grid.patchCount(); ++patch) {
        const int window = windows[std::size_t(patch)];
        const QRect rect = extent == Extent::Picture ? shownRect(patch) : patchRect(patch);
        if (window < 0 || (only >= 0 && window != only) || !rect.intersects(m_clip))
            continue;
        const int row = patch / m_grid.columns;
        const int column = patch % m_grid.columns;
        if (windowAt(row - 1, column) != window)
            m_painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), t), colour);
        if (windowAt(row + 1, column) != window)
            m_painter.fillRect(QRect(rect.left(), rect.bottom() + 1 - t, rect.width(), t), colour);
        if (windowAt(row, column - 1) != window)
            m_painter.fillRect(QRect(rect.left(), rect.top(), t, rect.height()), colour);
        if (windowAt(row, column + 1) != window)
            m_painter.fillRect(QRect(rect.right() + 1 - t, rect.top(), t, rect.height()), colour);
    }
}

void OverlayPainter::drawWindows(const std::vector<int> &windows, int selected) const
{
    const int pixel = std::max(1, int(std::lround(m_dpr)));
    drawWindowEdges(windows, -1, branchColour(Branch::Pool), pixel, Extent::Picture);
    if (selected >= 0) {
        drawWindowEdges(windows, selected, QColor(0, 0, 0), 3 * pixel, Extent::Picture);
        drawWindowEdges(windows, selected, QColor(255, 255, 255), 2 * pixel, Extent::Picture);
    }
}

void OverlayPainter::drawForced(int patch, bool in) const
{
    const QRect rect = patchRect(patch);
    if (!rect.intersects(m_clip))
        return;
    const double arm = std::min({double(rect.width()), double(rect.height()), 24 * m_dpr}) / 4;
    const QPointF centre = QRectF(rect).center();
    const QPointF one = in ? QPointF(arm, 0) : QPointF(arm, arm);
    const QPointF other = in ? QPointF(0, arm) : QPointF(arm, -arm);
    m_painter.save();
    m_painter.setRenderHint(QPainter::Antialiasing);
    const QColor colour = QColor::fromRgb(in ? keptColour : droppedColour);
    for (const auto &[ink, width] : {std::pair{QColor(Qt::black), 6.0}, {QColor(Qt::white), 4.5}, {colour, 2.5}}) {
        m_painter.setPen(QPen(ink, width * m_dpr, Qt::SolidLine, Qt::RoundCap));
        m_painter.drawLine(centre - one, centre + one);
        m_painter.drawLine(centre - other, centre + other);
    }
    m_painter.restore();
}

void OverlayPainter::drawSign(int patch, bool positive) const
{
    const QRect rect = shownRect(patch);
    const double side = std::min({double(rect.width()), double(rect.height()), 24 * m_dpr});
    if (!rect.intersects(m_clip) || side < 7 * m_dpr)
        return;
    // Whole pixels, so that all signs are alike.
    const int arm = std::max(2, int(side / 4));
    const int thick = std::max(1, int(side / 8));
    const QPoint centre = rect.center();
    const QRect across(centre.x() - arm, centre.y() - thick / 2, 2 * arm + 1, thick);
    const QRect upright(centre.x() - thick / 2, centre.y() - arm, thick, 2 * arm + 1);
    for (const auto &[ink, rim] : {std::pair{QColor(Qt::white), 1}, {QColor(Qt::black), 0}}) {
        m_painter.fillRect(across.adjusted(-rim, -rim, rim, rim), ink);
        if (positive)
            m_painter.fillRect(upright.adjusted(-rim, -rim, rim, rim), ink);
    }
    if (positive)
        m_painter.fillRect(across, QColor(Qt::black));
}

void OverlayPainter::drawFrame(int patch, const QColor &inner, int thickness) const
{
    const int pixel = std::max(1, int(std::lround(m_dpr)));
    const QRect rect = patchRect(patch).adjusted(-pixel, -pixel, pixel, pixel);
    fillFrame(m_painter, rect, (thickness + 2) * pixel, QColor(0, 0, 0));
    fillFrame(m_painter, rect.adjusted(pixel, pixel, -pixel, -pixel), thickness * pixel, inner);
}

void OverlayPainter::drawOutline(const std::vector<int> &patches, const QColor &inner, int thickness) const
{
    std::vector<int> inside(std::size_t(m_grid.patchCount()), -1);
    for (int patch : patches)
        inside[std::size_t(patch)] = 0;
    const int pixel = std::max(1, int(std::lround(m_dpr)));
    drawWindowEdges(inside, 0, QColor(0, 0, 0), (thickness + 2) * pixel, Extent::Patch);
    drawWindowEdges(inside, 0, inner, (thickness + 1) * pixel, Extent::Patch);
}

namespace {

constexpr double barPad = 8;
constexpr double barGap = 5; // between the bar and its numbers
constexpr double barLength = 128;
constexpr double leastText = 160; // that stays for words beside it

QString barNumber(double value)
{
    return value == 0 ? QStringLiteral("0") : QString::number(value, 'g', 3);
}

}

QRectF colourBarBox(const QFontMetricsF &text, const QRectF &strip, const OverlayField &field, bool besideWords)
{
    const double numbers
        = text.horizontalAdvance(barNumber(field.low)) + text.horizontalAdvance(barNumber(field.high)) + 2 * barGap;
    const double room = strip.width() - (besideWords ? leastText : 0) - numbers - 2 * barPad;
    if (room < 40)
        return {};
    const double width = std::min(barLength, room) + numbers + 2 * barPad;
    return {strip.right() - width, strip.top(), width, strip.height()};
}

void drawColourBar(QPainter &painter, const QRectF &box, const OverlayField &field, const ColourMap &map,
                   const PanelColours &colours, std::optional<double> marker)
{
    const QFontMetricsF text(painter.font());
    if (box.isNull())
        return;
    painter.save();
    painter.setPen(colours.text);
    const QRectF inner = box.adjusted(barPad, 0, -barPad, 0);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, barNumber(field.low));
    painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, barNumber(field.high));
    const double height = std::max(6.0, box.height() - 11);
    const QRectF bar(
        inner.left() + text.horizontalAdvance(barNumber(field.low)) + barGap, box.center().y() - height / 2 + 1,
        inner.width() - text.horizontalAdvance(barNumber(field.low) + barNumber(field.high)) - 2 * barGap, height);
    QImage colourStrip(256, 1, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        colourStrip.setPixel(i, 0, 0xff000000u | map.table()[std::size_t(i)]);
    painter.drawImage(bar, colourStrip);
    if (marker && field.high > field.low) {
        const double share = std::clamp((*marker - field.low) / (field.high - field.low), 0.0, 1.0);
        const double x = bar.left() + bar.width() * share;
        painter.setRenderHint(QPainter::Antialiasing);
        QPainterPath arrow;
        arrow.moveTo(x, bar.top() + 2);
        arrow.lineTo(x - 4, bar.top() - 4);
        arrow.lineTo(x + 4, bar.top() - 4);
        arrow.closeSubpath();
        painter.fillPath(arrow, colours.text);
        painter.fillRect(QRectF(x - 0.5, bar.top(), 1, bar.height()), colours.surface);
    }
    painter.restore();
}

} // namespace qmop

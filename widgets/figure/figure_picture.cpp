// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_picture.h"

#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_view.h"
#include "widgets/figure/hatch_lines.h"
#include "widgets/image/kept_set.h"
#include "widgets/image/overlay_painter.h"
#include "widgets/image/picture_pyramid.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

QRectF regionOf(const RunTrace &trace, const FigureView &view)
{
    const QRectF picture(0, 0, trace.image->width, trace.image->height);
    const QRectF whole = picture.united(modelInputInImage(trace.grid));
    const QRectF wanted = view.region ? toQt(*view.region).intersected(whole) : whole;
    return wanted.width() > 0 && wanted.height() > 0 ? wanted : whole;
}

}

FigurePicture::FigurePicture(std::shared_ptr<const RunTrace> trace, const FigureView &view, QSizeF most, double scale)
    : m_trace(std::move(trace))
    , m_view(view)
    , m_scale(scale)
    , m_kind(overlayFromKey(view.overlay))
    , m_token(tokenOf(view.marks, m_kind))
{
    const QRectF region = regionOf(*m_trace, view);
    const double fit = std::min(most.width() / region.width(), most.height() / region.height());
    m_place = {fit, -region.topLeft() * fit};
    m_area = QRect(0, 0, std::max(1, int(std::lround(region.width() * fit * scale))),
                   std::max(1, int(std::lround(region.height() * fit * scale))));
    m_picture = deviceRect(QRectF(0, 0, m_trace->image->width, m_trace->image->height), m_place, m_scale);
    if (m_kind == OverlayKind::Kept) {
        m_kept = keptPatches(*m_trace);
        if (m_kept.empty())
            m_problem = noPruningText(*m_trace);
    } else {
        m_field = overlayField(*m_trace, m_kind, m_token, &m_problem);
    }
    if (m_kind == OverlayKind::Pooling && m_field)
        m_windows = poolingWindows(*m_trace);
    m_marked = TraceLinks(m_trace).of(targetsOf(view.marks)).patches;
}

QRect FigurePicture::patchRect(int patch) const
{
    return patchDeviceRect(m_trace->grid, patch, m_place, m_scale);
}

// What of a patch is picture: the rest is padding, whose hatching nothing covers.
QRect FigurePicture::shownRect(int patch) const
{
    return patchRect(patch).intersected(m_picture);
}

QImage FigurePicture::raster() const
{
    QImage image(m_area.size(), QImage::Format_RGB32);
    image.fill(figure_colours::track);
    QPainter painter(&image);
    const PicturePyramid pyramid(m_trace->image);
    pyramid.draw(painter, m_picture, m_area);
    const OverlayPainter overlay(painter, m_trace->grid, m_place, m_scale, m_area);
    QColor ink = figure_colours::muted;
    ink.setAlphaF(0.45F);
    overlay.drawPadding(ink);
    overlay.drawOutsideInput(QColor(255, 255, 255, 153), figure_colours::muted);
    if (m_field)
        overlay.drawField(*m_field, m_map, m_view.opacity);
    // As on the screen: nothing of a photograph is lost for good.
    const QColor dim = QColor::fromRgbF(0, 0, 0, float(0.75 * m_view.opacity));
    for (std::size_t patch = 0; patch < m_kept.size(); ++patch)
        if (!m_kept[patch] && !isPaddingPatch(m_trace->grid, patch))
            painter.fillRect(shownRect(int(patch)).intersected(m_area), dim);
    return image;
}

// Cut off at the border of the picture; a border that lies outside is not drawn.
void FigurePicture::addFrame(QPainterPath &path, const QRect &rect, int thickness) const
{
    const int t = std::min({thickness, rect.width(), rect.height()});
    const QRect sides[] = {{rect.left(), rect.top(), rect.width(), t},
                           {rect.left(), rect.bottom() + 1 - t, rect.width(), t},
                           {rect.left(), rect.top() + t, t, rect.height() - 2 * t},
                           {rect.right() + 1 - t, rect.top() + t, t, rect.height() - 2 * t}};
    for (const QRect &side : sides)
        if (const QRect seen = side.intersected(m_area); !seen.isEmpty())
            path.addRect(seen);
}

// Borders of every patch to patches of another group; of one group where `only` >= 0.
void FigurePicture::addEdges(QPainterPath &path, const std::vector<int> &groups, int only, int thickness,
                             Extent extent) const
{
    const PatchGrid &grid = m_trace->grid;
    const auto groupAt = [&](int row, int column) {
        const int at = row * grid.columns + column;
        return row < 0 || row >= grid.rows || column < 0 || column >= grid.columns
                || (extent == Extent::Picture && isPaddingPatch(grid, std::size_t(at)))
            ? -1
            : groups[std::size_t(at)];
    };
    const int t = thickness;
    for (int patch = 0; patch < grid.patchCount(); ++patch) {
        const int group = groups[std::size_t(patch)];
        if (group < 0 || (only >= 0 && group != only))
            continue;
        const QRect rect = extent == Extent::Picture ? shownRect(patch) : patchRect(patch);
        const int row = patch / grid.columns, column = patch % grid.columns;
        const std::pair<bool, QRect> sides[] = {
            {groupAt(row - 1, column) != group, {rect.left(), rect.top(), rect.width(), t}},
            {groupAt(row + 1, column) != group, {rect.left(), rect.bottom() + 1 - t, rect.width(), t}},
            {groupAt(row, column - 1) != group, {rect.left(), rect.top(), t, rect.height()}},
            {groupAt(row, column + 1) != group, {rect.right() + 1 - t, rect.top(), t, rect.height()}},
        };
        for (const auto &[drawn, side] : sides)
            if (const QRect seen = side.intersected(m_area); drawn && !seen.isEmpty())
                path.addRect(seen);
    }
}

void FigurePicture::paintKept(QPainter &painter) const
{
    const int pixel = std::max(1, int(std::lround(m_scale)));
    QPainterPath hatch, halo, outline;
    hatch.setFillRule(Qt::WindingFill);
    halo.setFillRule(Qt::WindingFill);
    outline.setFillRule(Qt::WindingFill);
    for (std::size_t patch = 0; patch < m_kept.size(); ++patch) {
        const QRect rect = shownRect(int(patch));
        if (m_kept[patch]) {
            const int side = std::min(rect.width(), rect.height());
            const int thickness = side >= 12 * m_scale ? 2 * pixel : pixel;
            if (side >= 20 * m_scale)
                addFrame(halo, rect, thickness + pixel);
            addFrame(outline, rect, thickness);
        } else if (!isPaddingPatch(m_trace->grid, patch)) {
            addHatch(hatch, rect.intersected(m_area), 9 * m_scale);
        }
    }
    QColor ink = QColor::fromRgb(droppedColour);
    ink.setAlphaF(float(0.30 + 0.60 * m_view.opacity));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.strokePath(hatch, QPen(ink, 1.3 * m_scale, Qt::SolidLine, Qt::FlatCap));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillPath(halo, QColor(255, 255, 255, 190));
    painter.fillPath(outline, QColor::fromRgb(keptColour));
    const OverlayPainter overlay(painter, m_trace->grid, m_place, m_scale, m_area);
    const auto mark = [&](const std::vector<int> &patches, bool in) {
        for (int patch : patches)
            if (m_area.contains(patchRect(patch).center())) // a mark is never cut at the border
                overlay.drawForced(patch, in);
    };
    const ForcedPatches forced = forcedPatches(*m_trace);
    mark(forced.in, true);
    mark(forced.out, false);
}

void FigurePicture::paintWindows(QPainter &painter) const
{
    const int pixel = std::max(1, int(std::lround(m_scale)));
    const auto draw = [&](int only, int thickness, const QColor &colour) {
        QPainterPath path;
        path.setFillRule(Qt::WindingFill);
        addEdges(path, m_windows, only, thickness, Extent::Picture);
        painter.fillPath(path, colour);
    };
    draw(-1, pixel, branchColour(Branch::Pool));
    if (m_token.token >= 0) {
        draw(m_token.token, 3 * pixel, Qt::black);
        draw(m_token.token, 2 * pixel, Qt::white);
    }
}

void FigurePicture::paintMarks(QPainter &painter) const
{
    const int pixel = std::max(1, int(std::lround(m_scale)));
    std::vector<int> inside(std::size_t(m_trace->grid.patchCount()), -1);
    for (int patch : m_marked)
        inside[std::size_t(patch)] = 0;
    for (const auto &[thickness, colour] :
         {std::pair{5 * pixel, QColor(Qt::black)}, {4 * pixel, figure_colours::locked}}) {
        QPainterPath path;
        path.setFillRule(Qt::WindingFill);
        addEdges(path, inside, 0, thickness, Extent::Patch);
        painter.fillPath(path, colour);
    }
}

void FigurePicture::paint(QPainter &painter, QPointF topLeft) const
{
    painter.save();
    painter.translate(topLeft);
    painter.scale(1 / m_scale, 1 / m_scale);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(QRectF(m_area), raster());
    if (!m_kept.empty())
        paintKept(painter);
    if (!m_windows.empty())
        paintWindows(painter);
    if (!m_marked.empty())
        paintMarks(painter);
    painter.restore();
}

} // namespace qmop

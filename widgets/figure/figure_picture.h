// SPDX-License-Identifier: GPL-3.0-or-later
//
// The picture of a figure with its overlay. Pixels and magnitudes are one image
// in the figure's own resolution, so that neighbouring patches leave no seams at
// any zoom; hatches, outlines and marks are drawn as vectors on the same pixel grid.
#pragma once

#include "qmop/figure.h"
#include "qmop/run_trace.h"
#include "widgets/geometry/view_transform.h"
#include "widgets/image/overlay.h"
#include "widgets/theme/colour_map.h"

#include <QImage>
#include <QRect>
#include <QSizeF>

#include <memory>
#include <optional>

class QPainter;
class QPainterPath;

namespace qmop {

class FigurePicture {
public:
    // Fits into `most`, in units of the figure; `scale` pixels per unit. The
    // trace must have its picture.
    FigurePicture(std::shared_ptr<const RunTrace> trace, const FigureView &view, QSizeF most, double scale);

    QSizeF size() const { return QSizeF(m_area.size()) / m_scale; }
    const std::optional<OverlayField> &field() const { return m_field; }
    const ColourMap &colourMap() const { return m_map; }
    const std::vector<std::uint8_t> &kept() const { return m_kept; }
    // Why the overlay cannot be drawn; empty where it can.
    const QString &problem() const { return m_problem; }
    // `topLeft` lies on a whole pixel.
    void paint(QPainter &painter, QPointF topLeft) const;

private:
    enum class Extent { Picture, Patch };
    QRect patchRect(int patch) const;
    QRect shownRect(int patch) const;
    QImage raster() const;
    void paintKept(QPainter &painter) const;
    void paintWindows(QPainter &painter) const;
    void paintMarks(QPainter &painter) const;
    void addFrame(QPainterPath &path, const QRect &rect, int thickness) const;
    void addEdges(QPainterPath &path, const std::vector<int> &groups, int only, int thickness, Extent extent) const;

    std::shared_ptr<const RunTrace> m_trace;
    const FigureView m_view;
    const double m_scale;
    QRect m_area; // in pixels, from 0, 0
    QRect m_picture; // in pixels: without padding
    WidgetFromImage m_place; // in units, from 0, 0
    OverlayKind m_kind;
    TokenRef m_token;
    std::optional<OverlayField> m_field;
    std::vector<std::uint8_t> m_kept;
    std::vector<int> m_windows;
    std::vector<int> m_marked; // patches that something locked concerns
    QString m_problem;
    ColourMap m_map;
};

} // namespace qmop

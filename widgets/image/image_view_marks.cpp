// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the selection marks on the picture. Marks come and go with every move of
// the mouse: they are painted over the picture as it was scaled last, and only
// where they changed.
#include "widgets/image/image_view.h"
#include "widgets/image/kept_set.h"
#include "widgets/image/overlay_painter.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qmop {

namespace {

constexpr double minPatchSide = 4; // below this, in device pixels, frames would hide the picture
const QColor lockInk(0xf0, 0xe4, 0x42);
const QColor hoverInk(Qt::white);

}

// In device-independent pixels, with the width of the frames.
QRect ImageView::marksRect(const std::vector<int> &patches) const
{
    QRectF box;
    for (int patch : patches)
        if (m_grid && patch < m_grid->patchCount())
            box = box.united(m_widgetFromImage.map(toQt(m_grid->patchInImage(patch))));
    return box.isNull() ? QRect() : box.adjusted(-6, -6, 6, 6).toAlignedRect();
}

void ImageView::marksChanged()
{
    const QRect now = marksRect(hoverMarks()).united(marksRect(lockMarks()));
    update(now);
    update(m_marked);
    if (m_field)
        update(colourBarRect()); // points at the value
    m_marked = now;
}

QRect ImageView::colourBarRect() const
{
    return m_field ? colourBar().toAlignedRect().adjusted(-8, -2, 2, 2) : QRect();
}

QString ImageView::readoutText() const
{
    const bool hovering = m_selection->hovered().has_value();
    const std::vector<int> &patches = hovering ? hoverMarks() : lockMarks();
    const PatchReadout one = readout();
    if (one.patch >= 0 && (m_selection->hoveredPatch() >= 0 || patches.size() <= 1))
        return one.text();
    if (patches.empty() || !m_grid)
        return {};
    QStringList parts{tr("%1 patches").arg(patches.size())};
    int kept = 0;
    std::vector<float> values;
    for (int patch : patches) {
        kept += std::size_t(patch) < m_kept.size() && m_kept[std::size_t(patch)];
        if (m_field && std::size_t(patch) < m_field->values.size() && !std::isnan(m_field->values[std::size_t(patch)]))
            values.push_back(m_field->values[std::size_t(patch)]);
    }
    if (!m_kept.empty())
        parts << QStringLiteral("%1 %2, %3 %4")
                     .arg(kept)
                     .arg(keptWord(true, wereKept()))
                     .arg(int(patches.size()) - kept)
                     .arg(keptWord(false, wereKept()));
    if (!values.empty()) {
        const auto [low, high] = std::ranges::minmax_element(values);
        parts << tr("%1 %2–%3, mean %4, sum %5")
                     .arg(m_field->name)
                     .arg(double(*low), 0, 'f', 4)
                     .arg(double(*high), 0, 'f', 4)
                     .arg(std::accumulate(values.begin(), values.end(), 0.0) / double(values.size()), 0, 'f', 4)
                     .arg(std::accumulate(values.begin(), values.end(), 0.0), 0, 'f', 3);
    }
    return parts.join(QStringLiteral(" · "));
}

void ImageView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        invalidate();
    if (event->type() == QEvent::FontChange)
        applyFit(); // the legend's line is as high as its text
}

void ImageView::paintMarks(QPainter &painter, const QRect &deviceArea, double dpr)
{
    const OverlayPainter overlay(painter, *m_grid, m_widgetFromImage, dpr, deviceArea.adjusted(-8, -8, 8, 8));
    const auto draw = [&](const std::vector<int> &patches, const QColor &ink, int thickness) {
        std::vector<int> seen;
        for (int patch : patches)
            if (patch < m_grid->patchCount()
                && patchDeviceRect(*m_grid, patch, m_widgetFromImage, dpr).width() >= minPatchSide)
                seen.push_back(patch);
        if (seen.size() == 1)
            overlay.drawFrame(seen.front(), ink, thickness);
        else if (!seen.empty())
            overlay.drawOutline(seen, ink, thickness);
    };
    draw(lockMarks(), lockInk, 3);
    if (hoverMarks() != lockMarks())
        draw(hoverMarks(), hoverInk, 1);
    if (!m_rubberBand)
        return;
    const QRectF band(m_rubberBand->topLeft() * dpr, m_rubberBand->size() * dpr);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Qt::black, 3 * dpr));
    painter.drawRect(band);
    painter.setPen(QPen(lockInk, dpr, Qt::DashLine));
    painter.drawRect(band);
}

} // namespace qmop

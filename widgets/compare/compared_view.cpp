// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compared_view.h"

#include "widgets/compare/difference_map.h"
#include "widgets/image/overlay_painter.h"

#include <cmath>

namespace qmop {

ComparedView::ComparedView(Selection *selection, CompareSide side, QWidget *parent)
    : ImageView(selection, parent)
    , m_side(side)
{
    const QString names[]
        = {tr("A: picture with patches"), tr("B: picture with patches"), tr("B − A: difference per patch")};
    setAccessibleName(names[int(side)]);
    if (side == CompareSide::Difference)
        setColourMap(ColourMap(ColourMapName::Diverging));
}

void ComparedView::setRuns(std::shared_ptr<const RunTrace> a, std::shared_ptr<const RunTrace> b, const ImageView *same)
{
    m_a = std::move(a);
    m_b = std::move(b);
    const std::shared_ptr<const RunTrace> &shown = m_side == CompareSide::A ? m_a : m_b;
    if (same && shown && same->trace() && same->trace()->image == shown->image)
        sharePicture(*same);
    setTrace(shown);
}

void ComparedView::setOwnRange(bool own)
{
    m_ownRange = own;
    updateField();
}

std::optional<OverlayField> ComparedView::difference(QString *why) const
{
    if (!m_a || !m_b)
        return std::nullopt;
    return differenceField(*m_a, *m_b, selection()->overlay(), selection()->overlayToken(), m_ownRange, why);
}

std::optional<OverlayField> ComparedView::shownField(QString *why) const
{
    if (m_side == CompareSide::Difference)
        return difference(why);
    const RunTrace *other = m_side == CompareSide::A ? m_b.get() : m_a.get();
    if (!other || selection()->overlay() == OverlayKind::Kept)
        return ImageView::shownField(why);
    return sharedRangeField(*trace(), *other, selection()->overlay(), selection()->overlayToken(), why);
}

std::vector<std::uint8_t> ComparedView::shownKept() const
{
    return m_side == CompareSide::Difference ? std::vector<std::uint8_t>() : ImageView::shownKept();
}

// The sign is not told by colour alone. Only where the difference is at least a
// quarter of the range: smaller ones are nearly neutral.
void ComparedView::paintOver(const OverlayPainter &painter, const OverlayField &field) const
{
    if (m_side != CompareSide::Difference)
        return;
    for (std::size_t i = 0; i < field.values.size(); ++i)
        if (const double value = double(field.values[i]); std::abs(value) >= field.high / 4)
            painter.drawSign(int(i), value > 0);
}

} // namespace qmop

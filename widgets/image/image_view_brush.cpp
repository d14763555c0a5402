// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits of the kept patches: what they would be, and painting them.
#include "widgets/image/image_view.h"

#include <algorithm>
#include <cmath>

namespace qmop {

void ImageView::setKeptPreview(std::optional<KeptPreview> preview)
{
    if (m_preview == preview)
        return;
    m_preview = std::move(preview);
    updateField();
}

void ImageView::setBrushing(bool brushing)
{
    if (m_brushing == brushing)
        return;
    m_brushing = brushing;
    if (brushing)
        setCursor(Qt::CrossCursor);
    else
        unsetCursor();
}

// A fast stroke skips no patch: sampled at every half patch of the way.
void ImageView::brushTo(QPointF posInWidget, bool starts)
{
    std::vector<int> patches;
    const QPointF way = posInWidget - m_lastPos;
    const double half = m_grid ? toQt(m_grid->patchInImage(0)).width() * m_widgetFromImage.scale / 2 : 1;
    const int samples = starts ? 1 : std::max(1, int(std::ceil(std::hypot(way.x(), way.y()) / std::max(1.0, half))));
    for (int i = 1; i <= samples; ++i) {
        const int patch = patchAt(m_lastPos + way * i / samples);
        if (patch >= 0 && (patches.empty() || patches.back() != patch))
            patches.push_back(patch);
    }
    m_lastPos = posInWidget;
    m_selection->setHoveredPatch(patchAt(posInWidget));
    if (!patches.empty())
        emit patchesBrushed(patches, starts);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/selection.h"

namespace qmop {

QString overlayTitle(OverlayKind kind)
{
    switch (kind) {
    case OverlayKind::Kept:
        return Selection::tr("Kept");
    case OverlayKind::Importance:
        return Selection::tr("Importance");
    case OverlayKind::Relevance:
        return Selection::tr("Relevance");
    case OverlayKind::Combined:
        return Selection::tr("Combined");
    case OverlayKind::Pooling:
        return Selection::tr("Pooling");
    case OverlayKind::Resampler:
        return Selection::tr("Resampler");
    case OverlayKind::Provenance:
        return Selection::tr("Provenance");
    }
    return {};
}

void Selection::setHoveredPatch(int patch)
{
    if (m_hoveredPatch == patch)
        return;
    m_hoveredPatch = patch;
    emit hoveredPatchChanged(patch);
}

void Selection::setLockedPatch(int patch)
{
    if (m_lockedPatch == patch)
        return;
    m_lockedPatch = patch;
    emit lockedPatchChanged(patch);
}

void Selection::toggleLock(int patch)
{
    setLockedPatch(m_lockedPatch == patch ? -1 : patch);
}

void Selection::setToken(TokenRef token)
{
    if (m_token == token)
        return;
    m_token = token;
    emit tokenChanged(token);
}

void Selection::setOverlay(OverlayKind overlay)
{
    if (m_overlay == overlay)
        return;
    m_overlay = overlay;
    emit overlayChanged(overlay);
}

void Selection::nextOverlay()
{
    setOverlay(allOverlays[(std::size_t(m_overlay) + 1) % allOverlays.size()]);
}

void Selection::unlock()
{
    setLockedPatch(-1);
    setToken({});
}

void Selection::reset()
{
    unlock();
    setHoveredPatch(-1);
}

} // namespace qmop

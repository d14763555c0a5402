// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the person points at: one object for the whole window. Every view reads
// and writes it; none talks to another.
#pragma once

#include "qmop/branch.h"

#include <QObject>

#include <array>
#include <optional>

namespace qmop {

// What is drawn over the picture.
enum class OverlayKind {
    Kept, // kept and dropped patches of the pruning branch
    Importance, // class attention
    Relevance, // closeness to the question
    Combined, // the score that pruning ranks by
    Pooling, // windows with their inner attention
    Resampler, // map of the selected query, or the average
    Provenance, // patches in the selected visual token that the decoder saw
};

inline constexpr std::array<OverlayKind, 7> allOverlays{
    OverlayKind::Kept,    OverlayKind::Importance, OverlayKind::Relevance, OverlayKind::Combined,
    OverlayKind::Pooling, OverlayKind::Resampler,  OverlayKind::Provenance};

QString overlayTitle(OverlayKind kind);

// A visual token of one branch, or of the fused row that the decoder saw.
struct TokenRef {
    std::optional<Branch> branch; // nullopt: the decoder's visual tokens
    int token = -1; // -1: none

    bool operator==(const TokenRef &) const = default;
};

class Selection : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    // Patch under the mouse or the patch cursor, -1: none. Transient.
    int hoveredPatch() const { return m_hoveredPatch; }
    // Patch that a click or Enter fixed, -1: none.
    int lockedPatch() const { return m_lockedPatch; }
    // What read-outs show: the hovered patch, else the locked one.
    int currentPatch() const { return m_hoveredPatch >= 0 ? m_hoveredPatch : m_lockedPatch; }
    TokenRef token() const { return m_token; }
    OverlayKind overlay() const { return m_overlay; }
    bool hasLock() const { return m_lockedPatch >= 0 || m_token.token >= 0; }

public slots:
    void setHoveredPatch(int patch);
    void setLockedPatch(int patch);
    // Locks the patch, or unlocks it where it is locked already.
    void toggleLock(int patch);
    void setToken(qmop::TokenRef token);
    void setOverlay(qmop::OverlayKind overlay);
    // Next in the order of allOverlays, around the end.
    void nextOverlay();
    // Drops the locked patch and the token.
    void unlock();
    // For another picture: drops everything but the overlay.
    void reset();

signals:
    void hoveredPatchChanged(int patch);
    void lockedPatchChanged(int patch);
    void tokenChanged(qmop::TokenRef token);
    void overlayChanged(qmop::OverlayKind overlay);

private:
    int m_hoveredPatch = -1;
    int m_lockedPatch = -1;
    TokenRef m_token;
    OverlayKind m_overlay = OverlayKind::Kept;
};

} // namespace qmop

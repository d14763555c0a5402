// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the person points at: one object for the whole window. Every view reads
// and writes it; none talks to another.
//
// Hovering is transient, a click locks. A view reports both with hover() and
// lock(), and draws hoverHighlight() and lockHighlight() when highlightChanged()
// comes: they name everything in the run that concerns what is pointed at.
#pragma once

#include "qmop/branch.h"
#include "widgets/selection/trace_links.h"

#include <QObject>

#include <array>
#include <optional>
#include <vector>

namespace qmop {

// What is drawn over the picture.
enum class OverlayKind {
    Kept, // kept and dropped patches: keptSet
    Importance, // class attention
    Relevance, // closeness to the question
    Combined, // the score that pruning ranks by
    Pooling, // windows with their inner attention
    Resampler, // map of the selected query, or the average
    Provenance, // patches in the selected visual token that the decoder saw
    Answer, // patches that the selected token of the answer attended to
};

inline constexpr std::array<OverlayKind, 8> allOverlays{
    OverlayKind::Kept,    OverlayKind::Importance, OverlayKind::Relevance,  OverlayKind::Combined,
    OverlayKind::Pooling, OverlayKind::Resampler,  OverlayKind::Provenance, OverlayKind::Answer};

QString overlayTitle(OverlayKind kind);

// What shows best how the answer came about: Kept where patches were pruned for it,
// else the maps of the branch with the largest weight.
OverlayKind overlayOf(const RunTrace &trace);

// The run has what this overlay draws.
bool hasOverlay(const RunTrace &trace, OverlayKind kind);

// What a click does with what is locked already: a plain click replaces it, or
// unlocks the one thing that is locked; with Ctrl it adds or takes away; with
// Shift it extends from the last one (a rectangle of patches, a range of others).
enum class LockMode { Replace, Add, Extend };

LockMode lockMode(Qt::KeyboardModifiers modifiers);

class Selection : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    // The run that the links are of, or null. Until an overlay is chosen, the first
    // run brings the one that shows what its answer depended on. A run without the
    // chosen overlay shows the first that it has; the next run that has it, the chosen one.
    void setTrace(std::shared_ptr<const RunTrace> trace);
    const TraceLinks &links() const { return m_links; }

    // Patch under the mouse or the patch cursor, -1: none. Transient.
    int hoveredPatch() const;
    // The patch that a click or Enter fixed last, -1: none.
    int lockedPatch() const;
    // All of them, in the order in which they were locked.
    std::vector<int> lockedPatches() const;
    // What read-outs show: the hovered patch, else the locked one.
    int currentPatch() const { return hoveredPatch() >= 0 ? hoveredPatch() : lockedPatch(); }
    // The token that was locked last.
    TokenRef token() const;
    // Token of the answer that is hovered, else the one that was locked last; -1: none.
    int answerToken() const;
    // What the overlay is about: token(), or for OverlayKind::Answer the answer's token.
    TokenRef overlayToken() const;
    OverlayKind overlay() const { return m_overlay; }
    // As it was chosen, shown or not; not set: none was.
    std::optional<OverlayKind> chosenOverlay() const;
    bool hasLock() const { return !m_locked.empty(); }

    const std::optional<Target> &hovered() const { return m_hovered; }
    const std::vector<Target> &locked() const { return m_locked; }
    const Highlight &hoverHighlight() const { return m_hoverHighlight; }
    const Highlight &lockHighlight() const { return m_lockHighlight; }

    void hover(std::optional<Target> target);
    // `columns` of the patch grid: what Extend spans for patches is a rectangle.
    void lock(const Target &target, LockMode mode, int columns = 1);
    // Not set: the next run brings its own, as the first did.
    void chooseOverlay(std::optional<OverlayKind> overlay);
    // Locks these in place of all others.
    void lockAll(std::vector<Target> targets);

public slots:
    void setHoveredPatch(int patch);
    // The only locked patch; tokens that are locked stay so. -1: none.
    void setLockedPatch(int patch);
    // Locks the patch, or unlocks it where it is locked already.
    void toggleLock(int patch);
    // The only locked token; patches that are locked stay so.
    void setToken(qmop::TokenRef token);
    void setOverlay(qmop::OverlayKind overlay);
    // Next in the order of allOverlays, around the end.
    void nextOverlay();
    // Drops everything that is locked.
    void unlock();
    // For another picture: drops everything but the overlay.
    void reset();

signals:
    void hoveredPatchChanged(int patch);
    void lockedPatchChanged(int patch);
    void tokenChanged(qmop::TokenRef token);
    void answerTokenChanged(int token);
    void overlayChanged(qmop::OverlayKind overlay);
    void highlightChanged();

private:
    void changeLocked(std::vector<Target> locked);
    void showOverlay(OverlayKind overlay);

    TraceLinks m_links;
    std::optional<Target> m_hovered;
    std::vector<Target> m_locked; // each once, the latest last
    Highlight m_hoverHighlight;
    Highlight m_lockHighlight;
    OverlayKind m_overlay = OverlayKind::Kept; // shown
    OverlayKind m_chosenOverlay = OverlayKind::Kept;
    bool m_overlayChosen = false;
};

} // namespace qmop

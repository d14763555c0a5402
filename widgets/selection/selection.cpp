// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/selection.h"

#include "qmop/took_part.h"

#include <algorithm>
#include <utility>

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
    case OverlayKind::Answer:
        return Selection::tr("Answer");
    }
    return {};
}

LockMode lockMode(Qt::KeyboardModifiers modifiers)
{
    return modifiers & Qt::ShiftModifier  ? LockMode::Extend
        : modifiers & Qt::ControlModifier ? LockMode::Add
                                          : LockMode::Replace;
}

namespace {

// What lies between the last target and this one, both included; the target
// alone where they are not of one kind.
std::vector<Target> spanned(const std::optional<Target> &from, const Target &to, int columns)
{
    if (!from || from->index() != to.index())
        return {to};
    std::vector<Target> targets;
    if (const auto *patch = std::get_if<PatchTarget>(&to)) {
        const int other = std::get<PatchTarget>(*from).patch;
        const auto [top, bottom] = std::minmax({other / columns, patch->patch / columns});
        const auto [left, right] = std::minmax({other % columns, patch->patch % columns});
        for (int row = top; row <= bottom; ++row)
            for (int column = left; column <= right; ++column)
                targets.emplace_back(PatchTarget{row * columns + column});
    } else if (const auto *token = std::get_if<TokenRef>(&to)) {
        const TokenRef other = std::get<TokenRef>(*from);
        if (other.branch != token->branch)
            return {to};
        const auto [low, high] = std::minmax({other.token, token->token});
        for (int i = low; i <= high; ++i)
            targets.push_back(TokenRef{token->branch, i});
    } else if (const auto *scores = std::get_if<ScoreRangeTarget>(&to)) {
        const ScoreRangeTarget other = std::get<ScoreRangeTarget>(*from);
        targets.push_back(ScoreRangeTarget{std::min(other.low, scores->low), std::max(other.high, scores->high)});
    } else if (const auto *answer = std::get_if<AnswerTarget>(&to)) {
        const auto [low, high] = std::minmax({std::get<AnswerTarget>(*from).token, answer->token});
        for (int i = low; i <= high; ++i)
            targets.push_back(AnswerTarget{i});
    } else {
        targets.push_back(to);
    }
    return targets;
}

}

OverlayKind overlayOf(const RunTrace &trace)
{
    if (!trace.routing || trace.routing->active[Branch::Prune])
        return OverlayKind::Kept;
    const PerBranch<float> &weights = trace.routing->selected;
    return weights[Branch::Resample] >= weights[Branch::Pool] ? OverlayKind::Resampler : OverlayKind::Pooling;
}

bool hasOverlay(const RunTrace &trace, OverlayKind kind)
{
    const auto computed = [&](Branch branch) {
        return std::ranges::any_of(trace.branches, [branch](const BranchTrace &candidate) {
            return candidate.branch == branch && candidate.provenance.tokens > 0 && candidate.provenance.patches > 0;
        });
    };
    switch (kind) {
    case OverlayKind::Kept:
        return keptSet(trace).has_value();
    case OverlayKind::Importance:
    case OverlayKind::Relevance:
    case OverlayKind::Combined:
        return trace.pruning.has_value();
    case OverlayKind::Pooling:
        return computed(Branch::Pool);
    case OverlayKind::Resampler:
        return computed(Branch::Resample);
    case OverlayKind::Provenance:
        return trace.provenance.tokens > 0 && trace.provenance.patches > 0;
    case OverlayKind::Answer:
        return trace.attention && trace.attention->tokens() > 0 && trace.attention->visualTokens > 0;
    }
    return false;
}

namespace {

// A run with none at all says under the chosen one why there is nothing.
OverlayKind overlayFor(const RunTrace &trace, OverlayKind chosen)
{
    if (hasOverlay(trace, chosen))
        return chosen;
    const auto *first
        = std::ranges::find_if(allOverlays, [&trace](OverlayKind kind) { return hasOverlay(trace, kind); });
    return first == allOverlays.end() ? chosen : *first;
}

}

void Selection::setTrace(std::shared_ptr<const RunTrace> trace)
{
    if (trace && !std::exchange(m_overlayChosen, true))
        m_chosenOverlay = overlayOf(*trace);
    if (trace)
        showOverlay(overlayFor(*trace, m_chosenOverlay));
    m_links = TraceLinks(std::move(trace));
    m_hoverHighlight = m_hovered ? m_links.of({*m_hovered}) : Highlight();
    m_lockHighlight = m_links.of(m_locked);
    emit highlightChanged();
}

int Selection::hoveredPatch() const
{
    const auto *patch = m_hovered ? std::get_if<PatchTarget>(&*m_hovered) : nullptr;
    return patch ? patch->patch : -1;
}

int Selection::lockedPatch() const
{
    const std::vector<int> patches = lockedPatches();
    return patches.empty() ? -1 : patches.back();
}

std::vector<int> Selection::lockedPatches() const
{
    std::vector<int> patches;
    for (const Target &target : m_locked)
        if (const auto *patch = std::get_if<PatchTarget>(&target))
            patches.push_back(patch->patch);
    return patches;
}

TokenRef Selection::token() const
{
    TokenRef last;
    for (const Target &target : m_locked)
        if (const auto *token = std::get_if<TokenRef>(&target))
            last = *token;
    return last;
}

int Selection::answerToken() const
{
    if (const auto *token = m_hovered ? std::get_if<AnswerTarget>(&*m_hovered) : nullptr)
        return token->token;
    int last = -1;
    for (const Target &target : m_locked)
        if (const auto *token = std::get_if<AnswerTarget>(&target))
            last = token->token;
    return last;
}

TokenRef Selection::overlayToken() const
{
    return m_overlay == OverlayKind::Answer ? TokenRef{std::nullopt, answerToken()} : token();
}

void Selection::hover(std::optional<Target> target)
{
    if (m_hovered == target)
        return;
    const int before = hoveredPatch();
    const int answerBefore = answerToken();
    m_hovered = std::move(target);
    m_hoverHighlight = m_hovered ? m_links.of({*m_hovered}) : Highlight();
    if (hoveredPatch() != before)
        emit hoveredPatchChanged(hoveredPatch());
    if (answerToken() != answerBefore)
        emit answerTokenChanged(answerToken());
    emit highlightChanged();
}

void Selection::lock(const Target &target, LockMode mode, int columns)
{
    std::vector<Target> locked = m_locked;
    const auto same = std::ranges::find(locked, target);
    if (mode == LockMode::Replace) {
        const auto ofItsKind
            = std::ranges::count_if(locked, [&](const Target &other) { return other.index() == target.index(); });
        const bool again = ofItsKind == 1 && same != locked.end();
        locked.clear();
        if (!again)
            locked.push_back(target);
    } else if (mode == LockMode::Add) {
        if (same != locked.end())
            locked.erase(same);
        else
            locked.push_back(target);
    } else {
        const std::optional<Target> anchor = locked.empty() ? std::nullopt : std::optional(locked.back());
        // The anchor stays the last, so that the next Shift-click spans from it.
        for (const Target &between : spanned(anchor, target, columns))
            if (std::ranges::find(locked, between) == locked.end())
                locked.insert(anchor ? locked.end() - 1 : locked.end(), between);
    }
    changeLocked(std::move(locked));
}

void Selection::lockAll(std::vector<Target> targets)
{
    changeLocked(std::move(targets));
}

void Selection::changeLocked(std::vector<Target> locked)
{
    if (locked == m_locked)
        return;
    const int patchBefore = lockedPatch();
    const TokenRef tokenBefore = token();
    const int answerBefore = answerToken();
    m_locked = std::move(locked);
    m_lockHighlight = m_links.of(m_locked);
    if (lockedPatch() != patchBefore)
        emit lockedPatchChanged(lockedPatch());
    if (token() != tokenBefore)
        emit tokenChanged(token());
    if (answerToken() != answerBefore)
        emit answerTokenChanged(answerToken());
    emit highlightChanged();
}

void Selection::setHoveredPatch(int patch)
{
    hover(patch >= 0 ? std::optional<Target>(PatchTarget{patch}) : std::nullopt);
}

void Selection::setLockedPatch(int patch)
{
    std::vector<Target> locked = m_locked;
    std::erase_if(locked, [](const Target &target) { return std::holds_alternative<PatchTarget>(target); });
    if (patch >= 0)
        locked.push_back(PatchTarget{patch});
    changeLocked(std::move(locked));
}

void Selection::toggleLock(int patch)
{
    lock(PatchTarget{patch}, LockMode::Replace);
}

void Selection::setToken(TokenRef token)
{
    std::vector<Target> locked = m_locked;
    std::erase_if(locked, [](const Target &target) { return std::holds_alternative<TokenRef>(target); });
    if (token.token >= 0)
        locked.push_back(token);
    changeLocked(std::move(locked));
}

void Selection::setOverlay(OverlayKind overlay)
{
    m_overlayChosen = true;
    m_chosenOverlay = overlay;
    showOverlay(overlay);
}

std::optional<OverlayKind> Selection::chosenOverlay() const
{
    return m_overlayChosen ? std::optional(m_chosenOverlay) : std::nullopt;
}

void Selection::chooseOverlay(std::optional<OverlayKind> overlay)
{
    m_overlayChosen = false;
    if (overlay)
        setOverlay(*overlay);
}

void Selection::showOverlay(OverlayKind overlay)
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
    changeLocked({});
}

void Selection::reset()
{
    unlock();
    hover(std::nullopt);
}

} // namespace qmop

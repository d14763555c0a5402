// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/trace_links.h"

#include "qmop/answer_attention.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace qmop {

namespace {

// Patches with any share: a window, or the one patch of a pruned token.
std::vector<int> touchedPatches(std::span<const float> row)
{
    std::vector<int> patches;
    for (std::size_t i = 0; i < row.size(); ++i)
        if (row[i] > 0)
            patches.push_back(int(i));
    return patches;
}

std::vector<int> halfOfTheRow(std::span<const float> row)
{
    const std::size_t most = std::max<std::size_t>(1, row.size() / 16);
    std::vector<int> order(row.size());
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + long(std::min(most, order.size())), order.end(),
                      [&](int a, int b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
    const double half = std::accumulate(row.begin(), row.end(), 0.0) / 2;
    double held = 0;
    std::vector<int> patches;
    for (std::size_t i = 0; i < std::min(most, order.size()) && held < half; ++i) {
        held += double(row[std::size_t(order[i])]);
        patches.push_back(order[i]);
    }
    std::ranges::sort(patches);
    return patches;
}

std::vector<std::vector<int>> perToken(const Provenance &rows, bool whole)
{
    std::vector<std::vector<int>> patches;
    for (int token = 0; token < rows.tokens; ++token)
        patches.push_back(whole ? touchedPatches(rows.row(token)) : halfOfTheRow(rows.row(token)));
    return patches;
}

template<typename T> void addOnce(std::vector<T> &sorted, const T &value)
{
    const auto at = std::ranges::lower_bound(sorted, value);
    if (at == sorted.end() || *at != value)
        sorted.insert(at, value);
}

void light(std::vector<std::uint8_t> &lit, const std::vector<int> &patches)
{
    for (int patch : patches)
        lit[std::size_t(patch)] = 1;
}

}

bool Highlight::empty() const
{
    return *this == Highlight();
}

TraceLinks::TraceLinks(std::shared_ptr<const RunTrace> trace)
    : m_trace(std::move(trace))
{
    const int patches = m_trace ? m_trace->grid.patchCount() : 0;
    if (patches == 0)
        return;
    for (const BranchTrace &branch : m_trace->branches) {
        if (branch.provenance.patches != patches)
            continue;
        // A resampled row has a share of every patch: only the main ones count.
        m_patchesOf[branch.branch] = perToken(branch.provenance, branch.branch != Branch::Resample);
        m_onMainPath[branch.branch] = branch.onMainPath;
    }
    if (m_trace->provenance.patches == patches)
        m_patchesOfFused = perToken(m_trace->provenance, false);
    for (int token = 0; m_trace->attention && token < m_trace->attention->tokens(); ++token)
        m_patchesOfAnswer.push_back(halfOfTheRow(attentionOnPatches(*m_trace, token)));
}

const std::vector<int> &TraceLinks::strongPatches(TokenRef token) const
{
    static const std::vector<int> none;
    const auto &all = token.branch ? m_patchesOf[*token.branch] : m_patchesOfFused;
    return token.token >= 0 && token.token < int(all.size()) ? all[std::size_t(token.token)] : none;
}

const std::vector<int> &TraceLinks::answerPatches(int answerToken) const
{
    static const std::vector<int> none;
    const bool known = answerToken >= 0 && answerToken < int(m_patchesOfAnswer.size());
    return known ? m_patchesOfAnswer[std::size_t(answerToken)] : none;
}

Highlight TraceLinks::of(const std::vector<Target> &targets) const
{
    Highlight highlight;
    std::vector<std::uint8_t> lit(m_trace ? std::size_t(m_trace->grid.patchCount()) : 0, 0);
    for (const Target &target : targets)
        addPatchesOf(target, lit, highlight);
    addConcerned(lit, highlight);
    // A branch as a whole stands for its own tokens alone: nearly every patch
    // goes into each branch, so that everything would light up.
    for (const Target &target : targets)
        if (const auto *branch = std::get_if<BranchTarget>(&target))
            addBranch(branch->branch, lit, highlight);
    for (std::size_t patch = 0; patch < lit.size(); ++patch)
        if (lit[patch])
            highlight.patches.push_back(int(patch));
    return highlight;
}

void TraceLinks::addPatchesOf(const Target &target, std::vector<std::uint8_t> &lit, Highlight &highlight) const
{
    if (const auto *patch = std::get_if<PatchTarget>(&target)) {
        // Also before a run: the picture alone has patches then.
        if (patch->patch >= 0 && (lit.empty() || patch->patch < int(lit.size()))) {
            if (lit.empty())
                addOnce(highlight.patches, patch->patch);
            else
                lit[std::size_t(patch->patch)] = 1;
        }
    } else if (const auto *token = std::get_if<TokenRef>(&target)) {
        const auto &patches = strongPatches(*token);
        if (patches.empty())
            return;
        light(lit, patches);
        addOnce(token->branch ? highlight.tokens[*token->branch] : highlight.visualTokens, token->token);
    } else if (const auto *scores = std::get_if<ScoreRangeTarget>(&target)) {
        if (!m_trace || !m_trace->pruning)
            return;
        const std::vector<float> &combined = m_trace->pruning->combined;
        const std::vector<std::uint8_t> &padding = m_trace->grid.isPadding;
        for (std::size_t patch = 0; patch < std::min(lit.size(), combined.size()); ++patch)
            if (double(combined[patch]) >= scores->low && double(combined[patch]) < scores->high
                && !(patch < padding.size() && padding[patch]))
                lit[patch] = 1;
    } else if (const auto *answer = std::get_if<AnswerTarget>(&target)) {
        if (m_trace && answer->token >= 0 && answer->token < int(m_trace->answer.tokens.size()))
            addOnce(highlight.answerTokens, answer->token);
        light(lit, answerPatches(answer->token));
    } else if (const auto *question = std::get_if<QuestionTarget>(&target)) {
        addOnce(highlight.questions, question->question);
    }
}

void TraceLinks::addConcerned(const std::vector<std::uint8_t> &lit, Highlight &highlight) const
{
    if (std::ranges::find(lit, 1) == lit.end())
        return;
    for (std::size_t token = 0; token < m_patchesOfAnswer.size(); ++token)
        if (std::ranges::any_of(m_patchesOfAnswer[token], [&](int patch) { return lit[std::size_t(patch)] != 0; }))
            addOnce(highlight.answerTokens, int(token));
    for (Branch branch : allBranches) {
        const auto &tokens = m_patchesOf[branch];
        for (std::size_t token = 0; token < tokens.size(); ++token)
            if (std::ranges::any_of(tokens[token], [&](int patch) { return lit[std::size_t(patch)] != 0; })) {
                addOnce(highlight.tokens[branch], int(token));
                // The router weighs what went on to the decoder.
                if (m_onMainPath[branch])
                    addOnce(highlight.branches, branch);
            }
    }
}

void TraceLinks::addBranch(Branch branch, std::vector<std::uint8_t> &lit, Highlight &highlight) const
{
    addOnce(highlight.branches, branch);
    const auto &tokens = m_patchesOf[branch];
    for (std::size_t token = 0; token < tokens.size(); ++token) {
        addOnce(highlight.tokens[branch], int(token));
        light(lit, tokens[token]);
    }
}

} // namespace qmop

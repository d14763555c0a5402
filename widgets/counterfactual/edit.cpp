// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/counterfactual/edit.h"

#include "qmop/error.h"
#include "qmop/sweep.h"

#include <QCoreApplication>

#include <algorithm>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Edit", text);
}

void erase(std::vector<int> &patches, int patch)
{
    patches.erase(std::remove(patches.begin(), patches.end(), patch), patches.end());
}

void insert(std::vector<int> &patches, int patch)
{
    const auto at = std::lower_bound(patches.begin(), patches.end(), patch);
    if (at == patches.end() || *at != patch)
        patches.insert(at, patch);
}

}

void Edit::setOriginal(std::shared_ptr<const RunTrace> trace)
{
    m_original = std::move(trace);
    overrides = {};
}

QString Edit::obstacle() const
{
    if (!m_original)
        return tr("Run a question first: an edit changes a run that is there");
    if (!m_original->routing)
        return tr("The compressor “%1” has no branches to change: run with QMoP")
            .arg(QString::fromStdString(m_original->request.compressor));
    return {};
}

bool Edit::hasRouter() const
{
    return m_original && m_original->request.compressor == "qmop";
}

QString Edit::runObstacle() const
{
    if (QString why = obstacle(); !why.isEmpty())
        return why;
    try {
        checkOverrides(overrides);
    } catch (const Error &error) {
        return QString::fromStdString(error.what());
    }
    QString why;
    const std::optional<KeptPreview> kept = preview(&why);
    if (!kept)
        return why;
    const auto count = std::count(kept->kept.begin(), kept->kept.end(), 1);
    if (count != m_original->request.budget && !prunesAlone() && weights()[Branch::Prune] > 0)
        return tr("%1 patches would be kept, the other branches make %2 tokens: force K, or go back to %2")
            .arg(count)
            .arg(m_original->request.budget);
    return {};
}

PerBranch<double> Edit::weights() const
{
    PerBranch<double> weights;
    if (!m_original || !m_original->routing)
        return weights;
    if (overrides.force) {
        weights[*overrides.force] = 1;
        return weights;
    }
    const RoutingTrace &routing = *m_original->routing;
    const bool reselects = !overrides.alpha && overrides.off != PerBranch<bool>{};
    double highest = 0;
    for (Branch branch : allBranches) {
        const double given = overrides.alpha ? (*overrides.alpha)[branch]
            : reselects                      ? double(routing.alpha[branch])
                                             : double(routing.selected[branch]);
        weights[branch] = overrides.off[branch] ? 0 : given;
        highest = std::max(highest, weights[branch]);
    }
    // Of two branches that are left, the two highest are both.
    double sum = 0;
    for (double &weight : weights.values) {
        if (reselects && m_original->request.fusion == FusionMode::Threshold && weight < highest
            && weight < m_original->request.fusionThreshold)
            weight = 0;
        sum += weight;
    }
    for (double &weight : weights.values)
        weight = sum > 0 ? weight / sum : 0;
    return weights;
}

bool Edit::prunesAlone() const
{
    return weights()[Branch::Prune] == 1;
}

double Edit::lambda() const
{
    if (overrides.lambda)
        return *overrides.lambda;
    return m_original && m_original->pruning ? double(m_original->pruning->lambda) : 0.5;
}

std::vector<float> Edit::combined() const
{
    if (!m_original || !m_original->pruning)
        return {};
    const PruningTrace &pruning = *m_original->pruning;
    return overrides.lambda ? combinedScores(pruning.importance, pruning.relevance, *overrides.lambda)
                            : pruning.combined;
}

double Edit::threshold() const
{
    if (overrides.eta)
        return *overrides.eta;
    const std::vector<float> scores = combined();
    const std::optional<KeptPreview> kept = preview();
    std::optional<float> lowest;
    for (std::size_t i = 0; kept && i < scores.size(); ++i)
        if (kept->kept[i] != 0 && !std::ranges::binary_search(overrides.keep, int(i)))
            lowest = std::min(lowest.value_or(scores[i]), scores[i]);
    return lowest ? double(*lowest) : m_original && m_original->pruning ? double(m_original->pruning->threshold) : 0;
}

std::optional<KeptPreview> Edit::preview(QString *why) const
{
    if (!m_original || !m_original->pruning) {
        if (why)
            *why = tr("This run has no scores of its patches");
        return std::nullopt;
    }
    try {
        const std::vector<int> kept
            = keptUnder(combined(), m_original->grid.isPadding, m_original->request.budget, overrides);
        KeptPreview preview;
        preview.kept.assign(std::size_t(m_original->grid.patchCount()), 0);
        for (int patch : kept)
            preview.kept[std::size_t(patch)] = 1;
        preview.forcedIn = overrides.keep;
        preview.forcedOut = overrides.drop;
        return preview;
    } catch (const Error &error) {
        if (why)
            *why = QString::fromStdString(error.what());
        return std::nullopt;
    }
}

void Edit::brush(const std::vector<int> &patches, BrushMode mode)
{
    for (int patch : patches) {
        if (mode == BrushMode::Off || !m_original || patch < 0 || patch >= m_original->grid.patchCount())
            continue;
        erase(overrides.keep, patch);
        erase(overrides.drop, patch);
        if (mode == BrushMode::In)
            insert(overrides.keep, patch);
        else if (mode == BrushMode::Out)
            insert(overrides.drop, patch);
    }
}

RunRequest Edit::request() const
{
    RunRequest request = m_original->request;
    request.overrides = overrides;
    request.score = targetOf(m_original->answer);
    request.search.reset();
    return request;
}

RunRequest Edit::searchRequest(const QString &target, int rounds) const
{
    RunRequest request = this->request();
    request.withUncompressed = true;
    request.search = PatchSearch{std::nullopt, rounds};
    if (!target.trimmed().isEmpty())
        request.search->target = ScoreTarget{target.trimmed().toStdString(), {}, true};
    return request;
}

bool Edit::isEditOf(const RunTrace &trace) const
{
    if (!m_original || trace.imageSha256 != m_original->imageSha256)
        return false;
    const RunRequest &a = trace.request;
    const RunRequest &b = m_original->request;
    return a.question == b.question && a.compressor == b.compressor && a.budget == b.budget && a.fusion == b.fusion
        && a.fusionThreshold == b.fusionThreshold && a.model == b.model && a.precision == b.precision
        && a.decode.maxNewTokens == b.decode.maxNewTokens
        && trace.environment.modelHash == m_original->environment.modelHash;
}

bool Edit::isAnsweredBy(const RunTrace &trace, const RunRequest &request) const
{
    const RunRequest &there = trace.request;
    const RunEnvironment &a = trace.environment;
    if (!isEditOf(trace) || a.device != m_original->environment.device
        || a.computeType != m_original->environment.computeType || a.appVersion != m_original->environment.appVersion)
        return false;
    if (there.overrides != request.overrides || there.withUncompressed != request.withUncompressed
        || there.trace < request.trace || there.decode.topK != request.decode.topK)
        return false;
    if (request.answerAttention && there.answerAttention != request.answerAttention)
        return false;
    // Without an edit the answer is the original one, whose score the run has as its own.
    const bool plain = request.overrides.empty() && !request.search;
    if (there.score != request.score && !(plain && request.score == targetOf(trace.answer)))
        return false;
    return !request.search
        || (there.search && there.search->rounds == request.search->rounds
            && there.search->target == request.search->target && trace.search && trace.search->complete);
}

std::optional<double> Edit::change(const RunTrace &edited) const
{
    if (!m_original || !edited.score || !isEditOf(edited))
        return std::nullopt;
    // Of the original answer, not of another one that was scored.
    const std::vector<ScoredToken> &scored = edited.score->tokens;
    const std::vector<DecodedToken> &tokens = m_original->answer.tokens;
    const bool same = edited.score->withEnd == m_original->answer.complete
        && scored.size() == tokens.size() + (edited.score->withEnd ? 1 : 0)
        && std::equal(tokens.begin(), tokens.end(), scored.begin(),
                      [](const DecodedToken &a, const ScoredToken &b) { return a.id == b.id; });
    if (!same)
        return std::nullopt;
    return edited.score->logProbability - m_original->answer.logProbability;
}

} // namespace qmop

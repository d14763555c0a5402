// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/counterfactual/what_if_panel.h"

#include "qmop/fixed_text.h"
#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/breakable_text.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSlider>
#include <QSpinBox>
#include <QTreeWidget>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qmop {

namespace {

constexpr int listedGains = 50;
constexpr std::size_t keptSearches = 8;

QString signedNumber(double value)
{
    return QString::fromStdString(changeText(value, 4));
}

std::pair<double, double> scoreRange(const std::vector<float> &scores)
{
    if (scores.empty())
        return {0, 1};
    const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
    return {double(*low), double(*high)};
}

}

// Between the lowest and the highest score: at both ends something is kept.
double WhatIfPanel::etaAt(int position) const
{
    const auto [low, high] = scoreRange(m_edit.combined());
    // The ends to the bit, so that the highest score itself is still reached.
    return position == m_eta->maximum() ? high : low + (high - low) * position / m_eta->maximum();
}

int WhatIfPanel::positionOf(double eta) const
{
    const auto [low, high] = scoreRange(m_edit.combined());
    return high > low ? int(std::lround((eta - low) / (high - low) * m_eta->maximum())) : 0;
}

void WhatIfPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    if (trace && trace->search)
        keepSearch(trace);
    if (trace && !trace->request.overrides.empty() && m_edit.isEditOf(*trace)) {
        m_result = std::move(trace);
    } else if (trace && trace->request.overrides.empty() && trace->request.search && m_edit.isEditOf(*trace)) {
        m_result = std::move(trace); // a search changes nothing
    } else if (trace && trace->request.overrides.empty()) {
        m_edit.setOriginal(std::move(trace));
        m_result.reset();
        m_asked = {};
    } else {
        m_edit.setOriginal(nullptr); // an edit whose original is not at hand
        m_result.reset();
    }
    if (m_edit.overrides.empty())
        m_settled = {}; // of another run
    refill();
}

void WhatIfPanel::setRunning(bool running)
{
    if (m_running == running)
        return;
    m_running = running;
    if (!running)
        showSearch(); // not how far the one that has ended had come
    changed();
    if (!running && std::exchange(m_waiting, false))
        settle();
}

void WhatIfPanel::setForced(std::optional<Branch> branch)
{
    m_edit.overrides.force = branch;
    m_edit.overrides.alpha.reset();
    m_edit.overrides.off = {};
    changed();
}

void WhatIfPanel::brushPatches(const std::vector<int> &patches)
{
    m_edit.brush(patches, m_brush);
    changed();
}

void WhatIfPanel::announceEdit()
{
    if (m_edit.overrides == m_settled)
        return;
    const Overrides before = std::exchange(m_settled, m_edit.overrides);
    emit edited(before, m_settled);
}

void WhatIfPanel::setOverrides(const Overrides &overrides)
{
    m_edit.overrides = overrides;
    m_settled = overrides;
    m_asked = {};
    m_waiting = false;
    if (m_result && m_result->request.overrides != overrides)
        m_result.reset();
    refill();
}

void WhatIfPanel::settle()
{
    announceEdit();
    if (!m_auto->isChecked() || !m_edit.runObstacle().isEmpty() || m_edit.overrides == m_asked)
        return;
    if (m_running) {
        m_waiting = true;
        return;
    }
    m_asked = m_edit.overrides;
    emit runRequested(m_edit.request());
}

void WhatIfPanel::reset()
{
    m_edit.overrides = {};
    m_asked = {};
    m_waiting = false;
    m_result.reset();
    refill();
    announceEdit();
}

void WhatIfPanel::setBudgetPreview(std::optional<KeptPreview> preview)
{
    if (m_budgetPreview == preview)
        return;
    m_budgetPreview = std::move(preview);
    emit previewChanged();
}

std::optional<KeptPreview> WhatIfPanel::shownPreview() const
{
    if (m_budgetPreview)
        return m_budgetPreview;
    if (m_edit.overrides.empty() || !m_edit.original())
        return std::nullopt;
    std::optional<KeptPreview> preview = m_edit.preview();
    if (preview)
        preview->wasRun = m_result && m_result->request.overrides == m_edit.overrides;
    if (preview && !preview->wasRun)
        preview->obstacle = m_edit.runObstacle();
    return preview;
}

QString WhatIfPanel::resultText() const
{
    return withoutBreaks(m_resultText->text());
}

QString WhatIfPanel::obstacleText() const
{
    return m_obstacle->text();
}

void WhatIfPanel::changed()
{
    const QScopedValueRollback filling(m_filling, true);
    const QString obstacle = m_edit.obstacle();
    const Overrides &overrides = m_edit.overrides;
    const bool routed = m_edit.hasRouter();
    m_branchRow->setEnabled(routed);
    m_branchRow->setToolTip(routed ? QString() : tr("Run with QMoP (routed) to choose branches"));
    m_triangle->setEnabled(routed);
    for (std::size_t i = 0; i < m_force.size(); ++i)
        m_force[i]->setChecked(routed
                               && (i == 0 ? !overrides.force && !overrides.alpha : overrides.force == Branch(i - 1)));
    for (Branch branch : allBranches)
        m_on[std::size_t(branch)]->setChecked(!overrides.off[branch]);
    const PerBranch<double> weights = m_edit.weights();
    m_triangle->setWeights(weights);
    QStringList lines;
    for (Branch branch : allBranches)
        lines << QStringLiteral("%1 %2").arg(branchLetter(branch)).arg(weights[branch], 0, 'f', 3);
    m_weights->setText(lines.join(u'\n'));

    showScores();
    showResult();
    const QString runObstacle = m_edit.runObstacle();
    m_obstacle->setText(runObstacle);
    m_obstacle->setVisible(!runObstacle.isEmpty());
    m_run->setEnabled(runObstacle.isEmpty() && !m_running);
    m_run->setToolTip(m_running ? tr("A run is going on; Esc cancels it") : runObstacle);
    m_reset->setEnabled(!overrides.empty());
    m_copy->setEnabled(runObstacle.isEmpty());
    const bool prunes = weights[Branch::Prune] > 0;
    const bool searchable = runObstacle.isEmpty() && prunes;
    m_search->setEnabled(searchable && !m_running);
    m_search->setToolTip(!obstacle.isEmpty() ? obstacle
                             : !prunes ? tr("Pruning has no weight here: no dropped patch could change the answer. "
                                            "Force K, or give it a weight.")
                                       : tr("Forces every dropped patch in, one at a time"));
    m_copySearch->setEnabled(searchable);
    m_useFound->setEnabled(m_listed && !m_listed->search->rounds.empty());
    markFound();
    emit previewChanged();
}

// Only while m_filling is set: the sliders move.
void WhatIfPanel::showScores()
{
    const Overrides &overrides = m_edit.overrides;
    const bool scored = m_edit.original() && m_edit.original()->pruning;
    m_lambda->setEnabled(scored);
    m_lambda->setValue(int(std::lround(m_edit.lambda() * m_lambda->maximum())));
    m_lambdaText->setText(tr("%1").arg(m_edit.lambda(), 0, 'f', 2));
    QString why;
    const std::optional<KeptPreview> preview = m_edit.preview(&why);
    const auto kept = preview ? std::count(preview->kept.begin(), preview->kept.end(), 1) : 0;
    m_useEta->setEnabled(scored);
    m_useEta->setChecked(overrides.eta.has_value());
    m_eta->setEnabled(scored);
    if (scored && !m_eta->isSliderDown())
        m_eta->setValue(positionOf(m_edit.threshold()));
    m_etaText->setText(overrides.eta ? tr("%1 · %2 kept").arg(*overrides.eta, 0, 'f', 3).arg(kept)
                                     : tr("%1 kept").arg(kept));
    m_pins->setText(overrides.keep.empty() && overrides.drop.empty()
                        ? QString()
                        : tr("%1 in, %2 out").arg(overrides.keep.size()).arg(overrides.drop.size()));
}

// Beside an edit that has changed since, an answer says that it is not of this one.
void WhatIfPanel::showResult()
{
    const RunTrace *original = m_edit.original();
    QString text;
    if (original)
        text = tr("Original: %1 · log p %2")
                   .arg(QString::fromStdString(original->answer.text),
                        QString::fromStdString(fixedText(original->answer.logProbability, 4)));
    if (m_result) {
        const std::string &answer = m_result->answer.text;
        const bool ofThis = m_result->request.overrides == m_edit.overrides;
        text += QStringLiteral("\n")
            + (ofThis ? tr("Edited: %1 (%2)") : tr("Edit before this: %1 (%2)"))
                  .arg(QString::fromStdString(answer),
                       original && answer == original->answer.text ? tr("same") : tr("changed"));
        if (const std::optional<double> change = m_edit.change(*m_result))
            text += QStringLiteral("\n") + tr("Δ log p of the original answer: %1").arg(signedNumber(*change));
    }
    m_resultText->setText(breakable(text));
}

void WhatIfPanel::refill()
{
    const RunTrace *original = m_edit.original();
    std::optional<PerBranch<double>> router;
    if (original && original->routing && m_edit.hasRouter()) {
        router.emplace();
        for (Branch branch : allBranches)
            (*router)[branch] = double(original->routing->alpha[branch]);
    }
    m_triangle->setRouter(router);
    m_target->setPlaceholderText(
        original && original->uncompressed
            ? tr("the uncompressed answer: %1").arg(QString::fromStdString(original->uncompressed->text))
            : tr("an answer"));
    // Room for an edit's two lines from the start: controls do not move from under the pointer.
    m_resultText->setMinimumHeight(3 * m_resultText->fontMetrics().lineSpacing());

    fillFound();
    changed();
}

void WhatIfPanel::keepSearch(const std::shared_ptr<const RunTrace> &trace)
{
    std::erase(m_searches, trace);
    m_searches.push_back(trace);
    if (m_searches.size() > keptSearches)
        m_searches.erase(m_searches.begin());
}

std::shared_ptr<const RunTrace> WhatIfPanel::searchOfOriginal() const
{
    const auto newest = std::find_if(m_searches.rbegin(), m_searches.rend(),
                                     [this](const auto &search) { return m_edit.isEditOf(*search); });
    return newest == m_searches.rend() ? nullptr : *newest;
}

void WhatIfPanel::fillFound()
{
    const std::shared_ptr<const RunTrace> before = std::exchange(m_listed, searchOfOriginal());
    showSearch();
    if (m_listed == before)
        return;
    m_found->clear();
    if (!m_listed)
        return;
    const SearchTrace &search = *m_listed->search;
    int number = 0;
    for (const SearchRound &round : search.rounds)
        addFound(QStringLiteral("%1. ").arg(++number), round.patch, round.gain,
                 QString::fromStdString(round.answer) + (round.reachesTarget ? tr("  ✓ found") : QString()));
    std::vector<int> order(search.gains.size());
    std::iota(order.begin(), order.end(), 0);
    std::erase_if(order, [&](int patch) { return !(search.gains[std::size_t(patch)] > 0); });
    std::sort(order.begin(), order.end(),
              [&](int a, int b) { return search.gains[std::size_t(a)] > search.gains[std::size_t(b)]; });
    for (int i = 0; i < std::min(listedGains, int(order.size())); ++i)
        addFound(tr("alone: "), order[std::size_t(i)], double(search.gains[std::size_t(order[std::size_t(i)])]), {});
}

void WhatIfPanel::addFound(const QString &mark, int patch, double gain, const QString &answer)
{
    const int columns = m_listed->grid.columns;
    auto *item = new QTreeWidgetItem(
        {mark + tr("row %1, column %2").arg(patch / columns).arg(patch % columns), signedNumber(gain), answer});
    item->setData(0, Qt::UserRole, patch);
    m_found->addTopLevelItem(item);
}

// Which of the listed patches the edit forces: in words, as the brush calls it.
void WhatIfPanel::markFound()
{
    const Overrides &overrides = m_edit.overrides;
    for (int i = 0; i < m_found->topLevelItemCount(); ++i) {
        QTreeWidgetItem *item = m_found->topLevelItem(i);
        const int patch = item->data(0, Qt::UserRole).toInt();
        item->setText(3,
                      std::ranges::binary_search(overrides.keep, patch)       ? tr("in")
                          : std::ranges::binary_search(overrides.drop, patch) ? tr("out")
                                                                              : QString());
    }
}

void WhatIfPanel::showSearch()
{
    m_searchText->clear();
    if (!m_listed)
        return;
    const SearchTrace &search = *m_listed->search;
    const bool found = !search.rounds.empty() && search.rounds.back().reachesTarget;
    m_searchText->setText(tr("%1%2 patches tried for “%3” (log p %4). %5")
                              .arg(search.complete ? QString() : tr("Stopped. "), QString::number(search.tried),
                                   QString::fromStdString(search.target.text),
                                   QString::fromStdString(fixedText(search.target.logProbability, 4)),
                                   found                                      ? tr("The answer flips.")
                                       : search.tried == 0 && search.complete ? tr("That is the answer already.")
                                                                              : tr("The answer does not flip.")));
}

void WhatIfPanel::setSearchProgress(qint64 done, qint64 total)
{
    if (total > 0)
        m_searchText->setText(
            tr("Tried %1 of at most %2 patches; Esc stops and keeps what was found").arg(done).arg(total));
}

void WhatIfPanel::showFound()
{
    if (const QTreeWidgetItem *item = m_found->currentItem())
        m_selection->setLockedPatch(item->data(0, Qt::UserRole).toInt());
}

void WhatIfPanel::useFound()
{
    std::vector<int> patches;
    for (const SearchRound &round : m_listed->search->rounds)
        patches.push_back(round.patch);
    m_edit.overrides = m_listed->request.overrides; // what the rounds' answers hold for
    m_edit.brush(patches, BrushMode::In);
    changed();
    settle();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pruning/pruning_panel.h"

#include "qmop/took_part.h"
#include "widgets/image/budget_preview.h"
#include "widgets/image/kept_set.h"
#include "widgets/plots/score_histogram.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {
constexpr int bins = 40;
}

PruningPanel::PruningPanel(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
    , m_layout(new QVBoxLayout(this))
    , m_summary(new ElidedLabel(this))
{
    m_summary->setLines(2); // the scores keep the room
    useFont(m_summary, smallFactor);
    m_layout->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    m_layout->setSpacing(metrics::gap);
    m_layout->addWidget(m_summary);
    m_layout->addStretch(1);
    for (auto signal : {&Selection::hoveredPatchChanged, &Selection::lockedPatchChanged})
        connect(m_selection, signal, this, &PruningPanel::updateMarker);
    connect(m_selection, &Selection::highlightChanged, this, &PruningPanel::updateHighlights);
    setTrace(nullptr);
}

void PruningPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_histogram) {
        refill();
        return;
    }
    m_histogram = new ScoreHistogram(this);
    delete m_layout->takeAt(1); // the stretch that kept its place
    m_layout->addWidget(m_histogram, 1);
    connectHistogram();
    refill();
}

void PruningPanel::connectHistogram()
{
    const auto scoresOf = [](int bin) {
        // The last bin holds 1.0 too.
        const double width = 1.0 / bins;
        return ScoreRangeTarget{bin * width, bin + 1 == bins ? std::nextafter(1.0, 2.0) : (bin + 1) * width};
    };
    connect(m_histogram, &ScoreHistogram::binHovered, this, [this, scoresOf](int bin) {
        m_selection->hover(bin < 0 ? std::nullopt : std::optional<Target>(scoresOf(bin)));
    });
    connect(m_histogram, &ScoreHistogram::binClicked, this, [this, scoresOf](int bin, Qt::KeyboardModifiers modifiers) {
        m_selection->lock(scoresOf(bin), lockMode(modifiers));
    });
}

std::vector<int> PruningPanel::highlighted(bool locked) const
{
    if (!m_trace || !m_trace->pruning)
        return {};
    return binsOf(*m_trace->pruning, m_trace->grid, bins,
                  locked ? m_selection->lockHighlight().patches : m_selection->hoverHighlight().patches);
}

void PruningPanel::updateHighlights()
{
    // Behind another tab nothing is drawn; refill() catches up when it is shown.
    if (m_histogram && m_histogram->isVisible())
        m_histogram->setHighlights(highlighted(false), highlighted(true));
}

void PruningPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    m_preview.reset();
    refill();
}

void PruningPanel::setPreview(const std::optional<KeptPreview> &preview)
{
    const bool usable = preview && preview->budget > 0 && !preview->kept.empty();
    if (m_preview == (usable ? preview : std::nullopt))
        return;
    m_preview = usable ? preview : std::nullopt;
    m_summary->setText(summaryText());
    if (m_histogram && m_histogram->isVisible()) // else refill() catches up
        showBins();
}

// The run's, with what the preview keeps.
PruningTrace PruningPanel::shownPruning() const
{
    PruningTrace pruning = *m_trace->pruning;
    if (!m_preview || m_preview->kept.size() != pruning.combined.size())
        return pruning;
    pruning.kept.clear();
    pruning.threshold = 1;
    for (std::size_t patch = 0; patch < m_preview->kept.size(); ++patch)
        if (m_preview->kept[patch]) {
            pruning.kept.push_back(int(patch));
            pruning.threshold = std::min(pruning.threshold, pruning.combined[patch]);
        }
    return pruning;
}

QString PruningPanel::summaryText() const
{
    if (!m_trace || !m_trace->pruning)
        return m_trace ? noPruningText(*m_trace) : tr("Run a question to see the scores of the patches");
    const bool ran = tookPart(*m_trace, Branch::Prune);
    const QString rule = m_preview ? keptRule(std::size_t(m_preview->budget), {})
                                   : keptRule(m_trace->pruning->kept.size(), m_trace->request.overrides);
    const auto heading = [were = ran && !m_preview](bool kept) {
        const QString word = keptWord(kept, were);
        return word.left(1).toUpper() + word.mid(1);
    };
    return (m_preview ? budgetMark(*m_preview) + QStringLiteral(". ") : QString())
        + tr("Combined score of each patch: λ · importance + (1 − λ) · relevance, λ = %1%2. %3 "
             "(blue): %4. %5 (orange, hatched): the others; padding is left out.%6")
              .arg(double(m_trace->pruning->lambda), 0, 'f', 2)
              .arg(m_trace->pruning->relevanceSign < 0 ? tr(", relevance negated") : QString())
              .arg(heading(true), rule, heading(false), ran ? QString() : tr(" Computed for inspection only."));
}

void PruningPanel::showBins()
{
    const PruningTrace pruning = shownPruning();
    const std::optional<double> &given = m_trace->request.overrides.eta;
    m_histogram->setBins(binScores(pruning, m_trace->grid, bins),
                         given && !m_preview ? *given : double(pruning.threshold));
}

void PruningPanel::refill()
{
    const bool pruned = m_trace && m_trace->pruning;
    m_summary->setText(summaryText());
    if (!m_histogram)
        return;
    m_histogram->setVisible(pruned);
    if (pruned)
        showBins();
    else
        m_histogram->clear();
    updateMarker();
    m_histogram->setHighlights(highlighted(false), highlighted(true));
}

void PruningPanel::updateMarker()
{
    if (!m_histogram)
        return;
    const int patch = m_selection->currentPatch();
    if (!m_trace || !m_trace->pruning || patch < 0 || patch >= int(m_trace->pruning->combined.size())) {
        m_histogram->setMarker(std::nullopt, {});
        return;
    }
    const PatchReadout readout = readPatch(m_trace->grid, m_trace.get(), nullptr, patch);
    const double score = double(m_trace->pruning->combined[std::size_t(patch)]);
    m_histogram->setMarker(score,
                           readout.rank ? tr("rank %1 · %2").arg(*readout.rank).arg(score, 0, 'f', 3) : QString());
}

QString PruningPanel::summary() const
{
    return m_summary->text();
}

} // namespace qmop

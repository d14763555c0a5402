// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pruning: how the scores are spread and where the threshold falls.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/image/overlay.h"

#include <QWidget>

#include <memory>
#include <vector>

class QVBoxLayout;

namespace qmop {

class ScoreHistogram;
class ElidedLabel;
class Selection;

class PruningPanel : public QWidget {
    Q_OBJECT

public:
    explicit PruningPanel(Selection *selection, QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // What another budget would keep of the run's scores; nullopt: what the run kept.
    void setPreview(const std::optional<KeptPreview> &preview);
    // Null until the panel was shown for the first time.
    ScoreHistogram *histogram() const { return m_histogram; }
    QString summary() const;
    // Bins of the histogram that light up, ascending.
    std::vector<int> highlighted(bool locked) const;

protected:
    void showEvent(QShowEvent *event) override;

private:
    void refill();
    void showBins();
    QString summaryText() const;
    PruningTrace shownPruning() const;
    void updateMarker();
    void updateHighlights();
    void connectHistogram();

    Selection *m_selection;
    QVBoxLayout *m_layout;
    ElidedLabel *m_summary;
    ScoreHistogram *m_histogram = nullptr; // a plot costs start-up time: made on demand
    std::shared_ptr<const RunTrace> m_trace;
    std::optional<KeptPreview> m_preview;
};

} // namespace qmop

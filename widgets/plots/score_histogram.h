// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kept and dropped patches over their score, the threshold between them, and
// the patch under the cursor.
#pragma once

#include "widgets/plots/score_bins.h"

#include <QString>
#include <QWidget>

#include <optional>

class QCPBars;
class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;

namespace qmop {

class ScoreHistogram : public QWidget {
    Q_OBJECT

public:
    explicit ScoreHistogram(QWidget *parent = nullptr);

    void setBins(const ScoreBins &bins, double threshold);
    void clear();
    // Marks a score with a label; nullopt removes the mark.
    void setMarker(std::optional<double> score, const QString &label);
    QString markerLabel() const;
    // Where a score lies in this widget, in device-independent pixels.
    double xOf(double score) const;
    // Draws at once what is otherwise drawn with the next pass of the event loop.
    void replotNow();

    QSize sizeHint() const override { return {360, 200}; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyColours();

    QCustomPlot *m_plot;
    QCPBars *m_kept;
    QCPBars *m_dropped;
    QCPItemStraightLine *m_threshold;
    QCPItemText *m_thresholdLabel;
    QCPItemStraightLine *m_marker;
    QCPItemText *m_markerLabel;
};

} // namespace qmop

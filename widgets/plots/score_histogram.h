// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kept and dropped patches over their score, the threshold between them, and
// the patch under the cursor.
#pragma once

#include "widgets/plots/plot_widget.h"
#include "widgets/plots/score_bins.h"

#include <QString>

#include <array>
#include <optional>
#include <vector>

class QCPBars;
class QCPItemStraightLine;
class QCPItemText;

namespace qmop {

class ScoreHistogram : public PlotWidget {
    Q_OBJECT

public:
    explicit ScoreHistogram(QWidget *parent = nullptr);

    void setBins(const ScoreBins &bins, double threshold);
    void clear();
    // Marks a score with a label; nullopt removes the mark.
    void setMarker(std::optional<double> score, const QString &label);
    QString markerLabel() const;
    // Bins that light up, ascending.
    void setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked);
    const std::vector<int> &highlighted(bool locked) const { return m_lit[locked ? 1 : 0]; }
    // Bin whose bar's column is at a point, -1: none. Empty bins count.
    int binAt(QPointF pos) const;
    // Middle of a bin's column, in device-independent pixels.
    QPointF binCentre(int bin) const;
    // Where a score lies in this widget, in device-independent pixels.
    double xOf(double score) const;
    // Draws at once what is otherwise drawn with the next pass of the event loop.
    void replotNow();

    QSize sizeHint() const override { return {360, 200}; }

signals:
    void binHovered(int bin); // -1: none
    void binClicked(int bin, Qt::KeyboardModifiers modifiers);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void colourContents(const PanelColours &colours) override;
    void showHighlights();
    bool moveCursor(QKeyEvent *event);

    QCPBars *m_kept;
    QCPBars *m_dropped;
    QCPItemStraightLine *m_threshold;
    QCPItemText *m_thresholdLabel;
    QCPItemStraightLine *m_marker;
    QCPItemText *m_markerLabel;
    std::array<QCPBars *, 2> m_frames; // around lit bins: hovered, locked
    std::array<std::vector<int>, 2> m_lit;
    ScoreBins m_bins;
    int m_cursor = -1; // of the keyboard
};

} // namespace qmop

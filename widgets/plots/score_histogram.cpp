// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/score_histogram.h"

#include "widgets/theme/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <qcustomplot.h>

#include <algorithm>

namespace qmop {

namespace {

QCPItemStraightLine *verticalLine(QCustomPlot *plot)
{
    auto *line = new QCPItemStraightLine(plot);
    line->point1->setType(QCPItemPosition::ptPlotCoords);
    line->setVisible(false);
    return line;
}

void moveLine(QCPItemStraightLine *line, double x)
{
    line->point1->setCoords(x, 0);
    line->point2->setCoords(x, 1);
}

QCPItemText *topLabel(QCustomPlot *plot, double yRatio)
{
    auto *label = new QCPItemText(plot);
    label->position->setTypeX(QCPItemPosition::ptPlotCoords);
    label->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    label->position->setCoords(0, yRatio);
    label->setPadding(QMargins(4, 1, 4, 1));
    label->setVisible(false);
    return label;
}

// A label stays inside the plot: left of its line on the right half.
void placeLabel(QCPItemText *label, double x, double yRatio)
{
    label->position->setCoords(x, yRatio);
    label->setPositionAlignment((x > 0.5 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
}

}

ScoreHistogram::ScoreHistogram(QWidget *parent)
    : PlotWidget(tr("Histogram of pruning scores"), parent)
{
    m_dropped = new QCPBars(m_plot->xAxis, m_plot->yAxis);
    m_kept = new QCPBars(m_plot->xAxis, m_plot->yAxis);
    m_kept->moveAbove(m_dropped);
    for (QCPBars *&frames : m_frames)
        frames = new QCPBars(m_plot->xAxis, m_plot->yAxis);
    m_plot->setMouseTracking(true);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->installEventFilter(this);
    m_threshold = verticalLine(m_plot);
    m_thresholdLabel = topLabel(m_plot, 0.02);
    m_marker = verticalLine(m_plot);
    m_markerLabel = topLabel(m_plot, 0.18);
    m_plot->xAxis->setLabel(tr("combined score"));
    m_plot->yAxis->setLabel(tr("patches"));
    m_plot->xAxis->setRange(0, 1);
    m_plot->yAxis->setRange(0, 1);
    m_plot->axisRect()->setupFullAxesBox(true);
    for (QCPAxis *axis : {m_plot->xAxis2, m_plot->yAxis2})
        axis->setTickLabels(false);
    applyColours();
}

void ScoreHistogram::colourContents(const PanelColours &colours)
{
    const QColor kept = QColor::fromRgb(keptColour);
    const QColor dropped = QColor::fromRgb(droppedColour);
    m_kept->setPen(QPen(kept, 1));
    m_kept->setBrush(kept);
    // Hatched as on the picture, so that colour is not the only difference.
    m_dropped->setPen(QPen(dropped, 1));
    m_dropped->setBrush(QBrush(dropped, Qt::BDiagPattern));
    for (QCPBars *frames : m_frames)
        frames->setBrush(Qt::NoBrush);
    m_frames[0]->setPen(QPen(colours.text, 2));
    m_frames[1]->setPen(QPen(colours.accent, 3));
    m_threshold->setPen(QPen(colours.text, 1.5, Qt::DashLine));
    m_marker->setPen(QPen(colours.accent, 2));
    for (QCPItemText *label : {m_thresholdLabel, m_markerLabel}) {
        label->setColor(colours.text);
        label->setFont(smallFont(this));
        label->setBrush(colours.surface);
        label->setPen(QPen(colours.line, 1));
    }
}

void ScoreHistogram::setBins(const ScoreBins &bins, double threshold)
{
    m_bins = bins;
    // A bar of no height would be drawn as a line, in the colour of kept patches on dropped ones.
    QVector<double> centresOfKept, centresOfDropped, kept, dropped;
    const auto add = [](QVector<double> &centres, QVector<double> &heights, double centre, int height) {
        if (height > 0) {
            centres << centre;
            heights << height;
        }
    };
    int highest = 1;
    for (int bin = 0; bin < int(bins.kept.size()); ++bin) {
        add(centresOfKept, kept, bins.centre(bin), bins.kept[std::size_t(bin)]);
        add(centresOfDropped, dropped, bins.centre(bin), bins.dropped[std::size_t(bin)]);
        highest = std::max(highest, bins.kept[std::size_t(bin)] + bins.dropped[std::size_t(bin)]);
    }
    m_kept->setData(centresOfKept, kept, true);
    m_dropped->setData(centresOfDropped, dropped, true);
    for (QCPBars *bars : {m_kept, m_dropped, m_frames[0], m_frames[1]})
        bars->setWidth(bins.width() * 0.9);
    showHighlights();
    m_plot->yAxis->setRange(0, highest * 1.25); // room for the labels
    moveLine(m_threshold, threshold);
    placeLabel(m_thresholdLabel, threshold, 0.02);
    m_thresholdLabel->setText(tr("η = %1").arg(threshold, 0, 'f', 3));
    m_threshold->setVisible(true);
    m_thresholdLabel->setVisible(true);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ScoreHistogram::clear()
{
    m_bins = {};
    setHighlights({}, {});
    m_kept->data()->clear();
    m_dropped->data()->clear();
    m_threshold->setVisible(false);
    m_thresholdLabel->setVisible(false);
    setMarker(std::nullopt, {});
}

void ScoreHistogram::setMarker(std::optional<double> score, const QString &label)
{
    m_marker->setVisible(score.has_value());
    m_markerLabel->setVisible(score.has_value());
    m_markerLabel->setText(label);
    if (score) {
        moveLine(m_marker, *score);
        placeLabel(m_markerLabel, *score, 0.18);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ScoreHistogram::setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked)
{
    if (m_lit[0] == hovered && m_lit[1] == locked)
        return;
    m_lit = {hovered, locked};
    showHighlights();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

// A lit bin that holds nothing still shows a short frame.
void ScoreHistogram::showHighlights()
{
    for (std::size_t which = 0; which < m_lit.size(); ++which) {
        QVector<double> centres, heights;
        for (int bin : m_lit[which])
            if (bin >= 0 && bin < int(m_bins.kept.size())) {
                centres << m_bins.centre(bin);
                heights << std::max(0.5, double(m_bins.kept[std::size_t(bin)] + m_bins.dropped[std::size_t(bin)]));
            }
        m_frames[which]->setData(centres, heights, true);
    }
}

int ScoreHistogram::binAt(QPointF pos) const
{
    const QPointF inPlot = pos - QPointF(m_plot->pos());
    if (m_bins.kept.empty() || !m_plot->axisRect()->rect().contains(inPlot.toPoint()))
        return -1;
    const int bin = int(m_plot->xAxis->pixelToCoord(inPlot.x()) / m_bins.width());
    return bin >= 0 && bin < int(m_bins.kept.size()) ? bin : -1;
}

QPointF ScoreHistogram::binCentre(int bin) const
{
    return {xOf(m_bins.centre(bin)), double(m_plot->axisRect()->rect().center().y() + m_plot->y())};
}

bool ScoreHistogram::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_plot) {
        if (event->type() == QEvent::MouseMove) {
            const auto *mouse = static_cast<QMouseEvent *>(event);
            emit binHovered(binAt(mouse->position() + m_plot->pos()));
        } else if (event->type() == QEvent::Leave) {
            emit binHovered(-1);
        } else if (event->type() == QEvent::MouseButtonPress) {
            const auto *mouse = static_cast<QMouseEvent *>(event);
            const int bin = binAt(mouse->position() + m_plot->pos());
            if (bin >= 0 && mouse->button() == Qt::LeftButton) {
                m_cursor = bin;
                emit binClicked(bin, mouse->modifiers());
            }
        }
    }
    if (watched == m_plot && event->type() == QEvent::KeyPress)
        return moveCursor(static_cast<QKeyEvent *>(event));
    return PlotWidget::eventFilter(watched, event);
}

// Left and right go over the bins, Enter locks one.
bool ScoreHistogram::moveCursor(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const bool locks = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (m_bins.kept.empty() || (step == 0 && !locks) || event->modifiers() & Qt::AltModifier)
        return false;
    m_cursor = std::clamp(m_cursor + step, 0, int(m_bins.kept.size()) - 1);
    if (locks)
        emit binClicked(m_cursor, event->modifiers());
    else
        emit binHovered(m_cursor);
    return true;
}

QString ScoreHistogram::markerLabel() const
{
    return m_markerLabel->visible() ? m_markerLabel->text() : QString();
}

double ScoreHistogram::xOf(double score) const
{
    return m_plot->xAxis->coordToPixel(score) + m_plot->x();
}

void ScoreHistogram::replotNow()
{
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

} // namespace qmop

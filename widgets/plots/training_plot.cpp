// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/training_plot.h"

#include "widgets/theme/theme.h"

#include <QMouseEvent>
#include <QStringList>
#include <qcustomplot.h>

#include <algorithm>

namespace qmop {

TrainingPlot::TrainingPlot(QWidget *parent)
    : PlotWidget(tr("Training curves"), parent)
{
    m_plot->xAxis->setLabel(tr("step"));
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    connect(m_plot, &QCustomPlot::mouseWheel, this, [this] { m_zoomed = true; });
    connect(m_plot, &QCustomPlot::mouseMove, this,
            [this](QMouseEvent *event) { m_zoomed = m_zoomed || (event->buttons() & Qt::LeftButton) != 0; });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &TrainingPlot::showAll);
    m_plot->axisRect()->setMinimumMargins(QMargins(0, 0, 2 * fontMetrics().averageCharWidth(), 0)); // half a number
    m_plot->legend->setVisible(true);
    // Beside the curves: it never lies on one.
    auto *legends = new QCPLayoutGrid;
    m_plot->plotLayout()->addElement(0, 1, legends);
    legends->addElement(0, 0, m_plot->legend);
    m_plot->plotLayout()->setColumnStretchFactor(1, 0.001);
    m_plot->legend->setFillOrder(QCPLegend::foRowsFirst);
    m_plot->legend->setRowSpacing(0);
    applyColours();
}

void TrainingPlot::setCurves(const std::vector<PlotCurve> &curves, const QString &unit)
{
    m_plot->clearGraphs();
    QStringList values;
    for (const PlotCurve &curve : curves) {
        QCPGraph *graph = m_plot->addGraph();
        QVector<double> steps, heights;
        for (const CurvePoint &point : curve.points) {
            steps << point.step;
            heights << point.value;
        }
        graph->setData(steps, heights, false);
        graph->setPen(QPen(curve.colour, 1.5, curve.style));
        // A single evaluation would be no line.
        if (curve.points.size() < 3)
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
        QString label = curve.label;
        if (!curve.points.empty())
            label += QStringLiteral("  %1").arg(curve.points.back().value, 0, 'g', 4);
        graph->setName(label);
        values << label;
    }
    m_plot->yAxis->setLabel(unit);
    if (!m_zoomed)
        fitAxes();
    placeLegend();
    m_plot->setAccessibleDescription(values.join(QStringLiteral("; ")));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

// As many lines as fit; further ones in further columns.
void TrainingPlot::placeLegend()
{
    m_plot->legend->setWrap(std::max(1, int(height() / (1.25 * QFontMetrics(m_plot->legend->font()).height())) - 1));
}

void TrainingPlot::resizeEvent(QResizeEvent *event)
{
    PlotWidget::resizeEvent(event);
    placeLegend();
}

void TrainingPlot::fitAxes()
{
    m_plot->rescaleAxes();
    m_plot->yAxis->scaleRange(1.08, m_plot->yAxis->range().center());
}

void TrainingPlot::showAll()
{
    m_zoomed = false;
    fitAxes();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

int TrainingPlot::curveCount() const
{
    return m_plot->graphCount();
}

CurvePoint TrainingPlot::lastPoint(int curve) const
{
    const auto data = m_plot->graph(curve)->data();
    if (data->isEmpty())
        return {};
    const QCPGraphData &last = *(data->constEnd() - 1);
    return {last.key, last.value};
}

QString TrainingPlot::label(int curve) const
{
    return m_plot->graph(curve)->name();
}

std::pair<double, double> TrainingPlot::stepsShown() const
{
    const QCPRange range = m_plot->xAxis->range();
    return {range.lower, range.upper};
}

void TrainingPlot::colourContents(const PanelColours &colours)
{
    m_plot->legend->setBrush(colours.surface);
    m_plot->legend->setBorderPen(QPen(Qt::NoPen));
    m_plot->legend->setTextColor(colours.text);
    m_plot->legend->setFont(smallFont(this));
}

} // namespace qmop

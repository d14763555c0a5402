// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_widget.h"

#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>

namespace qmop {

PlotWidget::PlotWidget(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setAccessibleRole(m_plot, QAccessible::Chart);
    m_plot->setAccessibleName(name);
    connect(m_plot, &QCustomPlot::beforeReplot, this, [this] { fitTicks(); });
    // The axes have their length only now, and their ticks already.
    connect(m_plot, &QCustomPlot::afterLayout, this, [this] {
        if (fitTicks())
            m_plot->replot(QCustomPlot::rpQueuedReplot);
    });
}

bool PlotWidget::fitTicks()
{
    const QCPAxisRect *rect = m_plot->axisRect();
    const QFontMetricsF text(m_plot->xAxis->tickLabelFont());
    const QCPRange range = m_plot->xAxis->range();
    double widest = 0;
    for (double end : {range.lower, range.upper})
        widest = std::max(widest, text.horizontalAdvance(QString::number(end, 'g', 4)));
    const bool across = fitTicks(m_plot->xAxis, rect->width(), widest + 2 * text.averageCharWidth());
    return fitTicks(m_plot->yAxis, rect->height(), text.height()) || across;
}

// Steps are rounded to ones that are easy to read: down to two thirds of what was asked for.
bool PlotWidget::fitTicks(QCPAxis *axis, double room, double label)
{
    constexpr int most = 5;
    const int ticks = std::clamp(int(room / (1.5 * label)), 1, most);
    if (axis->ticker()->tickCount() == ticks)
        return false;
    axis->ticker()->setTickCount(ticks);
    return true;
}

double PlotWidget::leastGap() const
{
    const QCPAxis *axis = m_plot->xAxis;
    const QFontMetricsF text(axis->tickLabelFont());
    const QVector<double> ticks = axis->tickVector();
    const QVector<QString> labels = axis->tickVectorLabels();
    double least = 0;
    for (int i = 0; i + 1 < std::min(ticks.size(), labels.size()); ++i) {
        const double apart = axis->coordToPixel(ticks[i + 1]) - axis->coordToPixel(ticks[i]);
        const double words = (text.horizontalAdvance(labels[i]) + text.horizontalAdvance(labels[i + 1])) / 2;
        least = i == 0 ? apart - words : std::min(least, apart - words);
    }
    return least;
}

void PlotWidget::applyColours()
{
    const PanelColours colours = panelColours(palette());
    m_plot->setBackground(colours.surface);
    for (QCPAxis *axis : {m_plot->xAxis, m_plot->yAxis, m_plot->xAxis2, m_plot->yAxis2}) {
        axis->setBasePen(QPen(colours.line, 1));
        axis->setTickPen(QPen(colours.muted, 1));
        axis->setSubTickPen(QPen(colours.line, 1));
        axis->setTickLabelColor(colours.muted);
        axis->setTickLabelFont(smallFont(this));
        axis->setLabelColor(colours.muted);
        axis->setLabelFont(smallFont(this));
        axis->grid()->setPen(QPen(colours.track, 1));
        axis->grid()->setZeroLinePen(QPen(colours.track, 1));
    }
    colourContents(colours);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotWidget::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyColours();
}

} // namespace qmop

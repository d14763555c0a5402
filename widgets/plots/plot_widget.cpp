// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_widget.h"

#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QVBoxLayout>
#include <qcustomplot.h>

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

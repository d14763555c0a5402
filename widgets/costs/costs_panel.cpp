// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/costs/costs_panel.h"

#include "widgets/costs/cost_rows.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace qmop {

CostsPanel::CostsPanel(QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 5, this))
    , m_stages(new ElidedLabel(this))
{
    m_table->setHorizontalHeaderLabels({tr("Cost"), tr("How"), tr("Full"), tr("Now"), tr("Ratio")});
    m_table->setAccessibleName(tr("Costs, compressed beside full"));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setMinimumSectionSize(20);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false); // Tab goes on to the next control
    m_table->setAlternatingRowColors(true);
    m_table->setFrameShape(QFrame::NoFrame);
    useFont(m_table, smallFactor);
    m_stages->setMuted(true);
    m_stages->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 2);
    layout->setSpacing(2);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_stages);
    setTrace(nullptr);
}

void CostsPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_table->setRowCount(0);
    if (!trace) {
        m_stages->setText(tr("Run a question to see what it cost."));
        return;
    }
    for (const CostRow &row : costRows(*trace)) {
        const int at = m_table->rowCount();
        m_table->insertRow(at);
        const QString cells[] = {row.quantity, row.how, row.full, row.now, row.ratio};
        for (int column = 0; column < 5; ++column) {
            auto *item = new QTableWidgetItem(cells[column]);
            item->setToolTip(row.explanation);
            if (column >= 2)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (column == 1)
                item->setForeground(palette().placeholderText());
            m_table->setItem(at, column, item);
        }
    }
    QStringList stages;
    for (const StageTime &stage : trace->stages)
        stages << tr("%1 %2").arg(QString::fromStdString(stage.stage),
                                  stage.cached ? tr("cached") : formatSeconds(stage.seconds));
    m_stages->setText(tr("Stages: %1").arg(stages.join(QStringLiteral(" · "))));
}

QString CostsPanel::tableText() const
{
    QStringList lines;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_table->columnCount(); ++column)
            cells << m_table->item(row, column)->text();
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n');
}

QString CostsPanel::stagesText() const
{
    return m_stages->text();
}

} // namespace qmop

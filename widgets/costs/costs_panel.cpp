// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/costs/costs_panel.h"

#include "widgets/costs/cost_rows.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/whole_rows.h"

#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qmop {

CostsPanel::CostsPanel(QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 5, this))
    , m_state(new QLabel(this))
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
    m_state->setForegroundRole(QPalette::PlaceholderText);
    m_state->setWordWrap(true);
    useFont(m_state, smallFactor);
    m_state->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 2);
    layout->setSpacing(2);
    layout->addWidget(new WholeRows(m_table, this), 1);
    layout->addWidget(m_state);
    setTrace(nullptr);
}

// In large text there is no room for all columns: what a cost is called goes before how it was
// found, and before the full cost, which the ratio tells and the tool tip.
void CostsPanel::fitColumns()
{
    const auto needed = [this](int column) {
        return std::max(static_cast<const QAbstractItemView *>(m_table)->sizeHintForColumn(column),
                        m_table->horizontalHeader()->sectionSizeHint(column));
    };
    int room = width() - m_table->verticalScrollBar()->sizeHint().width();
    for (int column : {2, 3, 4})
        room -= needed(column);
    const int name = 14 * m_table->fontMetrics().averageCharWidth();
    m_table->setColumnHidden(1, room - needed(1) < name);
    m_table->setColumnHidden(2, room < name);
}

void CostsPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void CostsPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = trace;
    m_branches.clear();
    m_runMark.clear();
    m_table->setRowCount(0);
    showState();
    if (!trace)
        return;
    for (const CostRow &row : costRows(*trace))
        addRow(row);
    addStages();
    fitColumns();
    updateMarks();
}

void CostsPanel::addRow(const CostRow &row)
{
    const int at = m_table->rowCount();
    m_table->insertRow(at);
    m_branches.push_back(row.branch);
    const QString cells[] = {row.quantity, row.how, row.full, row.now, row.ratio};
    const QString toolTip = tr("%1: %2, full %3. %4").arg(row.quantity, row.now, row.full, row.explanation);
    for (int column = 0; column < 5; ++column) {
        auto *item = new QTableWidgetItem(cells[column]);
        item->setToolTip(toolTip);
        item->setData(Qt::UserRole, cells[column]);
        if (column >= 2)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        if (column == 1)
            item->setForeground(palette().placeholderText());
        m_table->setItem(at, column, item);
    }
}

// One row per stage; the uncompressed answer's stages stand beside those of the same name.
void CostsPanel::addStages()
{
    const std::string uncompressed = "uncompressed ";
    const auto time = [](const StageTime &stage) {
        return !stage.cached   ? formatSeconds(stage.cost())
            : stage.cost() > 0 ? tr("%1 (cached)").arg(formatSeconds(stage.cost()))
                               : tr("cached");
    };
    for (const StageTime &stage : m_trace->stages) {
        if (stage.stage.starts_with(uncompressed))
            continue;
        CostRow row{tr("Stage: %1").arg(QString::fromStdString(stage.stage)),
                    tr("measured"),
                    QStringLiteral("–"),
                    time(stage),
                    {},
                    tr("Time of this stage. “cached”: taken from an earlier run, for which it took so long."),
                    {},
                    {},
                    {},
                    {}};
        for (const StageTime &full : m_trace->stages)
            if (full.stage == uncompressed + stage.stage) {
                row.full = time(full);
                if (stage.cost() > 0 && full.cost() > 0)
                    row.ratio = QStringLiteral("%1 ×").arg(stage.cost() / full.cost(), 0, 'f', 2);
            }
        addRow(row);
    }
}

void CostsPanel::setRunMark(const QString &mark)
{
    if (m_runMark == mark)
        return;
    m_runMark = mark;
    showState();
}

void CostsPanel::showState()
{
    m_state->setText(m_trace ? m_runMark : tr("Run a question to see what it cost."));
    m_state->setVisible(!m_state->text().isEmpty());
}

void CostsPanel::setSelection(Selection *selection)
{
    m_selection = selection;
    m_table->setMouseTracking(true);
    m_table->viewport()->installEventFilter(this);
    const auto branchOf = [this](int row) {
        return row >= 0 && row < int(m_branches.size()) ? m_branches[std::size_t(row)] : std::nullopt;
    };
    connect(m_table, &QTableWidget::cellEntered, this, [this, branchOf](int row) {
        const std::optional<Branch> branch = branchOf(row);
        m_selection->hover(branch ? std::optional<Target>(BranchTarget{*branch}) : std::nullopt);
    });
    const auto lock = [this, branchOf](int row) {
        if (const std::optional<Branch> branch = branchOf(row))
            m_selection->lock(BranchTarget{*branch}, lockMode(QGuiApplication::keyboardModifiers()));
    };
    connect(m_table, &QTableWidget::cellClicked, this, lock);
    connect(selection, &Selection::highlightChanged, this, &CostsPanel::updateMarks);
}

std::vector<int> CostsPanel::highlighted(bool locked) const
{
    std::vector<int> rows;
    if (!m_selection)
        return rows;
    const std::vector<Branch> &lit = (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).branches;
    for (std::size_t row = 0; row < m_branches.size(); ++row)
        if (m_branches[row] && std::ranges::find(lit, *m_branches[row]) != lit.end())
            rows.push_back(int(row));
    return rows;
}

// A mark and a colour; the panel's values stay where they are.
void CostsPanel::updateMarks()
{
    const std::vector<int> hovered = highlighted(false);
    const std::vector<int> locked = highlighted(true);
    for (int row = 0; row < int(m_branches.size()); ++row) {
        if (!m_branches[std::size_t(row)])
            continue;
        const bool isLocked = std::ranges::find(locked, row) != locked.end();
        const bool isHovered = std::ranges::find(hovered, row) != hovered.end();
        QTableWidgetItem *item = m_table->item(row, 0);
        const QString name = item->data(Qt::UserRole).toString();
        item->setText((isLocked ? QStringLiteral("● ") : isHovered ? QStringLiteral("○ ") : QString()) + name);
        QColor tint = branchColour(*m_branches[std::size_t(row)]);
        tint.setAlphaF(isLocked ? 0.35F : 0.2F);
        for (int column = 0; column < m_table->columnCount(); ++column)
            m_table->item(row, column)->setBackground(isLocked || isHovered ? QBrush(tint) : QBrush());
    }
}

bool CostsPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Leave && m_selection)
        m_selection->hover(std::nullopt);
    return QWidget::eventFilter(watched, event);
}

// Secondary text takes its colour when it is made.
void CostsPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_trace)
        setTrace(m_trace);
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

QString CostsPanel::stateText() const
{
    return m_state->text();
}

} // namespace qmop

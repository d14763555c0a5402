// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sweep/sweep_panel.h"

#include "qmop/fixed_text.h"
#include "qmop/scaled_text.h"
#include "widgets/runs/time_left.h"
#include "widgets/sweep/compressor_boxes.h"
#include "widgets/sweep/patch_multiples.h"
#include "widgets/sweep/router_simplex.h"
#include "widgets/theme/colour_map.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTableWidget>

#include <algorithm>

namespace qmop {

namespace {

// A table is as high as its rows: the tab scrolls, not the table in it.
void fitHeight(QTableWidget *table)
{
    int height = table->horizontalHeader()->sizeHint().height() + 2 * table->frameWidth();
    for (int row = 0; row < table->rowCount(); ++row)
        height += table->rowHeight(row);
    table->setFixedHeight(height + 2);
}

std::vector<float> maskOf(const std::vector<int> &kept, int patches)
{
    std::vector<float> mask(std::size_t(patches), 0);
    for (int patch : kept)
        if (patch >= 0 && patch < patches)
            mask[std::size_t(patch)] = 1;
    return mask;
}

QString pointText(const SweepPoint &point)
{
    const QString name = QString::fromStdString(point.compressor);
    return point.budget > 0 ? QStringLiteral("%1 %2").arg(name).arg(point.budget) : name;
}

}

std::optional<std::vector<int>> budgetsFromText(const QString &text)
{
    static const QRegularExpression separator(QStringLiteral("[,;\\s]+"));
    std::vector<int> budgets;
    for (const QString &word : text.split(separator, Qt::SkipEmptyParts)) {
        bool number = false;
        budgets.push_back(word.toInt(&number));
        if (!number || budgets.back() < 1)
            return std::nullopt;
    }
    if (budgets.empty())
        return std::nullopt;
    return budgets;
}

void SweepPanel::setObstacle(const QString &obstacle)
{
    m_obstacle = obstacle;
    updateButtons();
}

void SweepPanel::setDefaultBudgets(const std::vector<int> &budgets)
{
    QStringList words;
    for (int budget : budgets)
        words << QString::number(budget);
    m_budgets->setText(words.join(QStringLiteral(", ")));
}

void SweepPanel::setSuggestedQuestions(const QStringList &questions)
{
    if (!m_questions->document()->isModified())
        m_questions->setPlainText(questions.join(u'\n')); // leaves the document unmodified
}

void SweepPanel::setRunning(bool running)
{
    m_running = running;
    m_kept->setEnabled(!running);
    if (!running)
        for (QLabel *label : m_progress)
            label->clear();
    updateButtons();
}

void SweepPanel::setProgress(int done, int total, const QString &what, std::optional<double> left)
{
    const QString text = tr("run %1 of %2: %3").arg(done).arg(total).arg(what);
    m_progress[std::size_t(m_tabs->currentIndex())]->setText(left ? text + QStringLiteral(" · ") + timeLeftText(left)
                                                                  : text);
}

BudgetSweepChoice SweepPanel::choice() const
{
    BudgetSweepChoice choice;
    for (const std::string &compressor : m_compressors->chosen())
        if (compressor != "none") // the reference, asked first in any case
            choice.compressors.push_back(compressor);
    choice.budgets = budgetsFromText(m_budgets->text()).value_or(std::vector<int>());
    choice.answer = m_answer->text().trimmed().toStdString();
    return choice;
}

QStringList SweepPanel::questions() const
{
    QStringList questions;
    for (const QString &line : m_questions->toPlainText().split(u'\n'))
        if (!line.trimmed().isEmpty() && !questions.contains(line.trimmed()))
            questions << line.trimmed();
    return questions;
}

void SweepPanel::updateButtons()
{
    const BudgetSweepChoice wanted = choice();
    const QString obstacles[] = {
        !m_obstacle.isEmpty()            ? m_obstacle
            : wanted.compressors.empty() ? tr("Choose a compressor")
            : wanted.budgets.empty()     ? tr("Give budgets as whole numbers, separated by commas")
                                         : QString(),
        !m_obstacle.isEmpty()       ? m_obstacle
            : questions().isEmpty() ? tr("Type questions, one per line")
                                    : QString(),
    };
    for (std::size_t i = 0; i < 2; ++i) {
        m_start[i]->setEnabled(obstacles[i].isEmpty() && !m_running);
        m_start[i]->setToolTip(obstacles[i]);
        m_copy[i]->setEnabled(obstacles[i].isEmpty() || m_running);
        m_stop[i]->setEnabled(m_running);
        m_stop[i]->setToolTip(m_running ? tr("Stop the sweep (Esc); what was found stays") : tr("No sweep runs"));
        if (!m_running)
            m_progress[i]->setText(obstacles[i]);
    }
}

// How far each compressor kept the uncompressed answer.
QStringList SweepPanel::summaryLines(const std::vector<SweepCell> &cells)
{
    QStringList lines;
    for (const std::string &compressor : compressorNames) {
        const auto swept
            = std::ranges::find_if(cells, [&](const SweepCell &cell) { return cell.point.compressor == compressor; });
        if (swept == cells.end())
            continue;
        const QString name = QString::fromStdString(compressor);
        if (swept->point.budget == 0) {
            lines << (swept->unchanged ? tr("%1: same answer") : tr("%1: another answer")).arg(name);
            continue;
        }
        const auto smallest = smallestUnchanged(cells, compressor);
        if (smallest)
            lines << tr("%1: same answer down to %2 tokens%3")
                         .arg(name)
                         .arg(smallest->budget)
                         .arg(smallest->everyLargerToo ? QString() : tr(", though a larger budget changed it"));
        else
            lines << tr("%1: every budget changed the answer").arg(name);
    }
    return lines;
}

namespace {

// What follows is not of the whole sweep.
QStringList askedLines(int asked, int notAsked)
{
    return notAsked > 0 ? QStringList{SweepPanel::tr("%1 of %2 runs asked; what follows is of these alone:")
                                          .arg(asked)
                                          .arg(asked + notAsked)}
                        : QStringList();
}

// 0: not measured, or in another way than the others (SweepCell).
QString milliseconds(double seconds)
{
    return seconds > 0 ? QString::number(seconds * 1e3, 'f', 1) : QStringLiteral("–");
}

}

void SweepPanel::showBudgets(const SweepCell &reference, const std::vector<SweepCell> &cells,
                             const std::vector<std::vector<int>> &kept, const PatchGrid &grid, int notAsked)
{
    m_table->setRowCount(0);
    const auto addRow = [this](const SweepCell &cell) {
        const int row = m_table->rowCount();
        m_table->insertRow(row);
        const QString texts[]
            = {pointText(cell.point),
               QString::number(cell.visualTokens),
               QString::fromStdString(cell.answer),
               cell.unchanged ? tr("same") : tr("changed"),
               cell.logProbability ? QString::fromStdString(fixedText(*cell.logProbability, 4)) : tr("–"),
               milliseconds(cell.prefillSeconds),
               milliseconds(cell.timeToFirstTokenSeconds),
               QString::fromStdString(bytesText(double(cell.kvBytes)))};
        for (int column = 0; column < m_table->columnCount(); ++column) {
            auto *item = new QTableWidgetItem(texts[column]);
            if (column == 1 || column >= 4)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (column == 3)
                item->setForeground(cell.unchanged ? panelColours(palette()).good : panelColours(palette()).bad);
            m_table->setItem(row, column, item);
        }
    };
    addRow(reference);
    for (const SweepCell &cell : cells)
        addRow(cell);
    fitHeight(m_table);
    m_table->show();

    QStringList lines = askedLines(int(cells.size()) + 1, notAsked) + summaryLines(cells);
    for (const QString &line : m_leftOut)
        lines << tr("left out: %1").arg(line);
    m_summary->setText(lines.join(u'\n'));

    std::vector<PatchMap> maps;
    m_mapped.clear();
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!kept[i].empty()) {
            const QString title = pointText(cells[i].point);
            maps.push_back({title, tr("%1: %2").arg(title, QString::fromStdString(cells[i].answer)),
                            maskOf(kept[i], grid.patchCount()), true});
            m_mapped.push_back(int(i));
        }
    m_budgetMaps->setMaps(std::move(maps), grid);
}

void SweepPanel::showQuestions(const std::vector<QuestionCell> &cells, const PatchGrid &grid, int notAsked)
{
    m_questionSummary->setText(askedLines(int(cells.size()), notAsked).join(u'\n'));
    m_questionSummary->setHidden(m_questionSummary->text().isEmpty());
    std::vector<PatchMap> maps;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const QuestionCell &cell = cells[i];
        QString weights;
        if (cell.alpha)
            for (Branch branch : allBranches)
                weights
                    += QStringLiteral(" %1 %2").arg(branchLetter(branch)).arg(double((*cell.alpha)[branch]), 0, 'f', 2);
        const QString answer = QString::fromStdString(cell.answer);
        maps.push_back({QStringLiteral("%1 %2").arg(i + 1).arg(answer),
                        tr("%1: %2 · %3 ·%4%5")
                            .arg(QString::number(i + 1), QString::fromStdString(cell.question), answer, weights,
                                 cell.pruned ? QString() : tr(" · pruning was off")),
                        maskOf(cell.kept, grid.patchCount()), true});
    }
    if (!cells.empty())
        maps.push_back({tr("survival 0–1"), tr("Share of the questions for which each patch is kept: dark 0, bright 1"),
                        survivalMap(cells, grid.patchCount()), false});
    m_questionMaps->setMaps(std::move(maps), grid);
    fillOverlap(cells);
    std::vector<SimplexPoint> points;
    m_routed.clear();
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].alpha) {
            points.push_back({cells[i].question, QString::fromStdString(cells[i].answer), *cells[i].alpha});
            m_routed.push_back(int(i));
        }
    m_simplex->setVisible(!points.empty()); // a single branch has no router
    m_simplex->setPoints(std::move(points));
}

void SweepPanel::setSelection(Selection *selection)
{
    m_simplex->setSelection(selection);
}

void SweepPanel::fillOverlap(const std::vector<QuestionCell> &cells)
{
    const auto matrix = jaccardMatrix(cells);
    const int count = int(cells.size());
    m_overlap->setRowCount(count);
    m_overlap->setColumnCount(count);
    QStringList numbers;
    for (int i = 0; i < count; ++i)
        numbers << QString::number(i + 1);
    m_overlap->setHorizontalHeaderLabels(numbers);
    QStringList rows;
    for (int i = 0; i < count; ++i)
        rows << QStringLiteral("%1 %2").arg(i + 1).arg(QString::fromStdString(cells[std::size_t(i)].question).left(40));
    m_overlap->setVerticalHeaderLabels(rows);
    const ColourMap map;
    for (int i = 0; i < count; ++i)
        for (int j = 0; j < count; ++j) {
            const double value = matrix[std::size_t(i)][std::size_t(j)];
            auto *item = new QTableWidgetItem(QString::number(value, 'f', 2));
            const QColor colour = QColor::fromRgb(map.colour(value, 0, 1));
            item->setBackground(colour);
            item->setForeground(readableOn(colour));
            item->setTextAlignment(Qt::AlignCenter);
            m_overlap->setItem(i, j, item);
        }
    fitHeight(m_overlap);
    m_overlap->setVisible(count > 1);
}

QString SweepPanel::summary() const
{
    return m_summary->text();
}

QString SweepPanel::questionSummary() const
{
    return m_questionSummary->text();
}

void SweepPanel::clearBudgets()
{
    m_table->setRowCount(0);
    m_table->hide();
    m_summary->clear();
    m_mapped.clear();
    m_budgetMaps->setMaps({}, {});
}

void SweepPanel::showTab(bool overQuestions)
{
    m_tabs->setCurrentIndex(overQuestions ? 1 : 0);
}

} // namespace qmop

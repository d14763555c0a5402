// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the failure browser shows beside its table, and how it follows the
// window's selection.
#include "widgets/review/failures_panel.h"

#include "widgets/review/answer_mark.h"
#include "widgets/review/routing_spread.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>
#include <QTableView>
#include <QTableWidget>

#include <algorithm>

namespace qmop {

namespace {

constexpr int mostPictures = 60; // of a brush; the table has all
constexpr int litRole = Qt::UserRole + 3;
constexpr std::size_t mostLocked = 200; // questions that the window's selection gets

}

void FailuresPanel::fillScatter()
{
    const auto x = ReviewField(m_x->currentData().toInt()), y = ReviewField(m_y->currentData().toInt());
    const ReviewData &data = m_model->data();
    std::vector<FailureScatter::Point> points;
    for (ReviewRow row : m_model->rows()) {
        const auto valueX = data.value(row, x), valueY = data.value(row, y);
        if (valueX && valueY)
            points.push_back({row, *valueX, *valueY, data.score(row), false});
    }
    m_scatter->setAxes(x, y);
    m_legend->setPartly(
        std::ranges::any_of(points, [](const auto &point) { return point.score > 0 && point.score < 1; }));
    m_scatter->setPoints(std::move(points), absenceNote(x, y));
    m_scatter->setCursorRow(currentRow());
    showHighlights();
    showDetails();
}

// Which listed answers the plot cannot show, and why.
QString FailuresPanel::absenceNote(ReviewField x, ReviewField y) const
{
    QStringList parts, reasons;
    for (ReviewField field : {x, y}) {
        const auto without
            = std::ranges::count_if(m_model->rows(), [&](ReviewRow row) { return !m_model->data().value(row, field); });
        if (without == 0 || reasons.contains(fieldAbsence(field)))
            continue;
        reasons << fieldAbsence(field);
        parts << tr("%1 without “%2” (%3)")
                     .arg(without)
                     .arg(fieldTitle(field).section(u',', 0, 0), reasons.back()); // without its unit
    }
    return parts.join(QStringLiteral(" · "));
}

void FailuresPanel::fillPictures()
{
    const QSignalBlocker quiet(m_pictures); // nobody has chosen what stands first
    m_pictures->clear();
    int shown = 0;
    for (ReviewRow row : m_brushed) {
        if (shown++ == mostPictures)
            break;
        const SuiteSample &sample = m_model->data().sample(row);
        const QString image = QString::fromStdString(sample.image);
        auto *item = new QListWidgetItem(
            QStringLiteral("%1 %2").arg(scoreMark(m_model->data().score(row)), QString::fromStdString(sample.id)));
        item->setToolTip(QString::fromStdString(sample.question));
        item->setData(Qt::UserRole, row.sample);
        item->setData(Qt::UserRole + 1, row.method);
        item->setData(Qt::UserRole + 2, image);
        item->setData(Qt::AccessibleTextRole, tr("%1, %2").arg(item->text(), QString::fromStdString(sample.question)));
        if (const auto known = m_thumbnails.find(image); known != m_thumbnails.end())
            item->setIcon(QPixmap::fromImage(known->second));
        m_pictures->addItem(item);
        if (row == currentRow())
            m_pictures->setCurrentItem(item);
        if (m_wanted.insert(image).second)
            emit thumbnailWanted(image);
    }
    m_picturesNote->setText(m_brushed.empty() ? tr("Brush answers in the plot, or select rows, to see their pictures.")
                                : int(m_brushed.size()) > mostPictures
                                ? tr("The first %L1 of %L2 brushed answers").arg(mostPictures).arg(m_brushed.size())
                                : tr("%n brushed answer(s)", nullptr, int(m_brushed.size())));
}

void FailuresPanel::setThumbnail(const QString &image, const QImage &thumbnail)
{
    m_thumbnails[image] = thumbnail;
    for (int i = 0; i < m_pictures->count(); ++i)
        if (m_pictures->item(i)->data(Qt::UserRole + 2).toString() == image)
            m_pictures->item(i)->setIcon(QPixmap::fromImage(thumbnail));
}

void FailuresPanel::fillSummary()
{
    m_routing->showRows(m_model->data(), m_model->rows());
    const auto summaries = summarise(m_model->data(), m_model->rows());
    const auto number = [](const std::optional<double> &value) {
        return value ? QString::number(*value, 'f', 1) : QStringLiteral("–");
    };
    for (std::size_t row = 0; row < summaries.size(); ++row) {
        const ReviewSummary &of = summaries[row];
        const bool any = of.rows > 0;
        const QString cells[] = {QStringLiteral("%L1").arg(of.rows), any ? number(of.percent) : QStringLiteral("–"),
                                 any ? number(of.low) + QStringLiteral("–") + number(of.high) : QStringLiteral("–"),
                                 number(of.referencePercent), number(of.retention)};
        for (int column = 0; column < 5; ++column) {
            auto *item = new QTableWidgetItem(cells[column]);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_summary->setItem(int(row), column, item);
        }
    }
}

// The rest of the window follows. Locks of other panels are not ours to undo.
void FailuresPanel::lockBrushed()
{
    if (!m_selection)
        return;
    std::set<std::string> questions;
    for (ReviewRow row : m_brushed)
        if (questions.size() < mostLocked)
            questions.insert(m_model->data().sample(row).question);
    std::vector<Target> targets;
    for (const std::string &question : questions)
        targets.push_back(QuestionTarget{question});
    std::vector<Target> ours;
    for (const std::string &question : m_lockedByBrush)
        ours.push_back(QuestionTarget{question});
    m_lockedByBrush.assign(questions.begin(), questions.end());
    if (!targets.empty() || (!ours.empty() && m_selection->locked() == ours))
        m_selection->lockAll(targets);
}

std::vector<int> FailuresPanel::highlighted(bool locked) const
{
    std::vector<int> lit;
    if (!m_selection)
        return lit;
    const auto &questions = (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).questions;
    const std::set<std::string> wanted(questions.begin(), questions.end());
    for (std::size_t i = 0; i < m_model->rows().size() && !wanted.empty(); ++i) {
        const ReviewRow row = m_model->rows()[i];
        if (locked ? wanted.contains(m_model->data().sample(row).question) : m_model->isHovered(row))
            lit.push_back(int(i));
    }
    return lit;
}

// Questions recur from picture to picture: what this panel points at is a sample.
void FailuresPanel::showHighlights()
{
    if (!m_selection || !m_model->data().record())
        return;
    const auto &hovered = m_selection->hoverHighlight().questions, &locked = m_selection->lockHighlight().questions;
    const bool own = m_hovered.sample >= 0 && hovered == std::vector{m_model->data().sample(m_hovered).question};
    m_model->setHighlights(hovered, locked, own ? m_hovered.sample : -1);
    // What the brush has locked shows as brushed already.
    std::set<std::string> lit;
    if (std::set(locked.begin(), locked.end()) != std::set(m_lockedByBrush.begin(), m_lockedByBrush.end()))
        lit.insert(locked.begin(), locked.end());
    const auto isLit = [&](ReviewRow row) {
        return m_model->isHovered(row) || (!lit.empty() && lit.contains(m_model->data().sample(row).question));
    };
    std::vector<bool> points;
    for (const FailureScatter::Point &point : m_scatter->points())
        points.push_back(isLit(point.row));
    m_scatter->setLit(points);
    for (int i = 0; i < m_pictures->count(); ++i) {
        QListWidgetItem *item = m_pictures->item(i);
        const ReviewRow row{item->data(Qt::UserRole).toInt(), item->data(Qt::UserRole + 1).toInt()};
        item->setData(litRole, isLit(row));
        QFont font = m_pictures->font();
        font.setUnderline(isLit(row));
        font.setBold(isLit(row));
        item->setFont(font);
    }
}

void FailuresPanel::hover(ReviewRow row)
{
    m_hovered = row;
    if (m_selection)
        m_selection->hover(row.sample < 0 ? std::optional<Target>()
                                          : QuestionTarget{m_model->data().sample(row).question});
    showHighlights(); // another sample may ask the same
    showDetails();
}

// Of what is pointed at, else of the answer that the keys are at.
void FailuresPanel::showDetails()
{
    const ReviewRow row = m_hovered.sample >= 0 ? m_hovered : currentRow();
    m_details->setText(
        row.sample < 0 || !m_model->data().record() ? QString() : details(row).replace(u'\n', QStringLiteral(" · ")));
}

QString FailuresPanel::details(ReviewRow row) const
{
    return m_model->data().details(row,
                                   {ReviewField(m_y->currentData().toInt()), ReviewField(m_x->currentData().toInt())});
}

QString FailuresPanel::detailsText() const
{
    return m_details->text();
}

std::vector<ReviewRow> FailuresPanel::litPictures() const
{
    std::vector<ReviewRow> lit;
    for (int i = 0; i < m_pictures->count(); ++i)
        if (const QListWidgetItem *item = m_pictures->item(i); item->data(litRole).toBool())
            lit.push_back({item->data(Qt::UserRole).toInt(), item->data(Qt::UserRole + 1).toInt()});
    return lit;
}

// The one answer that table, plot and pictures are at.
void FailuresPanel::makeCurrent(ReviewRow row)
{
    const int place = m_model->rowOf(row);
    if (place < 0 || row == currentRow())
        return;
    m_table->selectionModel()->setCurrentIndex(m_model->index(place, 0), QItemSelectionModel::NoUpdate);
    m_table->scrollTo(m_model->index(place, 0));
}

void FailuresPanel::currentChanged()
{
    showEdits();
    const ReviewRow row = currentRow();
    m_scatter->setCursorRow(row);
    showDetails();
    const QSignalBlocker quiet(m_pictures);
    for (int i = 0; i < m_pictures->count(); ++i)
        if (const QListWidgetItem *item = m_pictures->item(i);
            row == ReviewRow{item->data(Qt::UserRole).toInt(), item->data(Qt::UserRole + 1).toInt()})
            m_pictures->setCurrentRow(i);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the failure browser shows beside its table, and how it follows the
// window's selection.
#include "widgets/review/failures_panel.h"

#include "widgets/selection/selection.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QTableWidget>

#include <algorithm>

namespace qmop {

namespace {

constexpr int mostPictures = 60; // of a brush; the table has all
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
    const int without = m_model->rowCount() - int(points.size());
    m_scatter->setAxes(fieldTitle(x), fieldTitle(y));
    m_scatter->setPoints(std::move(points), without);
    showHighlights();
}

void FailuresPanel::fillPictures()
{
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
    for (std::size_t i = 0; i < m_model->rows().size() && !wanted.empty(); ++i)
        if (wanted.contains(m_model->data().sample(m_model->rows()[i]).question))
            lit.push_back(int(i));
    return lit;
}

void FailuresPanel::showHighlights()
{
    if (!m_selection || !m_model->data().record())
        return;
    const auto &hovered = m_selection->hoverHighlight().questions, &locked = m_selection->lockHighlight().questions;
    m_model->setHighlights(hovered, locked);
    // What the brush has locked shows as brushed already.
    std::set<std::string> lit(hovered.begin(), hovered.end());
    if (std::set(locked.begin(), locked.end()) != std::set(m_lockedByBrush.begin(), m_lockedByBrush.end()))
        lit.insert(locked.begin(), locked.end());
    std::vector<bool> points;
    for (const FailureScatter::Point &point : m_scatter->points())
        points.push_back(!lit.empty() && lit.contains(m_model->data().sample(point.row).question));
    m_scatter->setLit(points);
}

void FailuresPanel::hover(ReviewRow row)
{
    if (m_selection)
        m_selection->hover(row.sample < 0 ? std::optional<Target>()
                                          : QuestionTarget{m_model->data().sample(row).question});
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bench/bench_panel.h"

#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/whole_rows.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qmop {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), qsizetype(value.size()));
}

QTableWidget *makeTable(QWidget *parent, const QStringList &headers, const QString &name)
{
    auto *table = new QTableWidget(0, int(headers.size()), parent);
    table->setHorizontalHeaderLabels(headers);
    table->setAccessibleName(name);
    useFont(table, smallFactor);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setMinimumSectionSize(20);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false); // Tab goes on to the next control
    table->setAlternatingRowColors(true);
    table->setFrameShape(QFrame::NoFrame);
    // A header and a row: a low window scrolls, and does not grow beyond its screen.
    table->setMinimumHeight(2 * (table->fontMetrics().height() + metrics::gap));
    return table;
}

// Right, wrong or in between as a mark, not by colour alone.
QString mark(double score)
{
    if (score >= 1)
        return QStringLiteral("✓");
    return score <= 0 ? QStringLiteral("✗") : QString::number(score, 'f', 2);
}

}

BenchPanel::BenchPanel(QWidget *parent)
    : QWidget(parent)
    , m_title(new ElidedLabel(this))
    , m_position(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_previous(new QToolButton(this))
    , m_next(new QToolButton(this))
    , m_questions(makeTable(this, {tr("Dim."), tr("Question"), tr("Reference"), tr("Answers")},
                            tr("Questions of the suite about this picture")))
    , m_scores(makeTable(this, {tr("Method"), tr("GU"), tr("SC"), tr("RC"), tr("SE"), tr("LD"), tr("Avg")},
                         tr("Scores per dimension")))
    , m_scoresNote(new QLabel(this))
{
    // Answers as wide as they come would leave no room for the questions.
    for (int column : {1, 3})
        m_questions->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
    m_scores->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (Dimension dimension : allDimensions)
        m_scores->horizontalHeaderItem(1 + int(dimension))->setToolTip(text(dimensionTitle(dimension)));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 2);
    layout->setSpacing(2);
    layout->addWidget(makeBar());
    for (QLabel *inPlace : {m_hint, m_scoresNote}) {
        inPlace->setWordWrap(true);
        inPlace->setAlignment(Qt::AlignCenter);
        inPlace->setForegroundRole(QPalette::PlaceholderText);
        useFont(inPlace, smallFactor);
        inPlace->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    }
    layout->addWidget(m_hint);
    layout->addWidget(new WholeRows(m_questions, this), 3);
    layout->addWidget(new WholeRows(m_scores, this), 2);
    layout->addWidget(m_scoresNote);
    connect(m_questions, &QTableWidget::cellActivated, this, // double click, Enter
            [this](int row) { emit questionChosen(m_questions->item(row, 1)->text()); });
    setSuite(nullptr);
}

void BenchPanel::setSelection(Selection *selection)
{
    m_selection = selection;
    m_questions->setMouseTracking(true);
    m_questions->viewport()->setMouseTracking(true);
    m_questions->viewport()->installEventFilter(this);
    connect(m_questions, &QTableWidget::cellEntered, this,
            [this](int row) { m_selection->hover(QuestionTarget{m_questions->item(row, 1)->text().toStdString()}); });
    connect(m_questions, &QTableWidget::cellClicked, this, [this](int row) {
        m_selection->lock(QuestionTarget{m_questions->item(row, 1)->text().toStdString()}, LockMode::Replace);
    });
    connect(selection, &Selection::highlightChanged, this, &BenchPanel::showHighlights);
}

bool BenchPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_questions->viewport() && event->type() == QEvent::Leave && m_selection)
        m_selection->hover(std::nullopt);
    return QWidget::eventFilter(watched, event);
}

void BenchPanel::setTools(QWidget *tools)
{
    static_cast<QVBoxLayout *>(layout())->insertWidget(1, tools);
}

void BenchPanel::setHint(const QString &hint)
{
    m_ownHint = hint;
    fillQuestions();
}

QString BenchPanel::currentSample() const
{
    const QTableWidgetItem *item = m_questions->item(m_questions->currentRow(), 0);
    return item && !m_questions->isHidden() ? item->data(Qt::UserRole).toString() : QString();
}

void BenchPanel::setCurrentSample(const QString &id)
{
    for (int row = 0; row < m_questions->rowCount(); ++row)
        if (m_questions->item(row, 0)->data(Qt::UserRole).toString() == id)
            m_questions->setCurrentCell(row, 0);
}

void BenchPanel::setAnswers(QHash<QString, std::vector<BenchAnswer>> answers)
{
    m_answers = std::move(answers);
    fillQuestions();
}

std::vector<int> BenchPanel::highlighted(bool locked) const
{
    std::vector<int> rows;
    if (!m_selection)
        return rows;
    const auto &questions = (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).questions;
    for (int row = 0; row < m_questions->rowCount(); ++row)
        if (std::ranges::find(questions, m_questions->item(row, 1)->text().toStdString()) != questions.end())
            rows.push_back(row);
    return rows;
}

// Underlined while hovered, bold where locked.
void BenchPanel::showHighlights()
{
    const std::vector<int> hovered = highlighted(false);
    const std::vector<int> locked = highlighted(true);
    for (int row = 0; row < m_questions->rowCount(); ++row) {
        QFont font = m_questions->font();
        font.setUnderline(std::ranges::find(hovered, row) != hovered.end());
        font.setBold(std::ranges::find(locked, row) != locked.end());
        if (m_questions->item(row, 1)->font() != font)
            m_questions->item(row, 1)->setFont(font);
    }
}

QWidget *BenchPanel::makeBar()
{
    auto *bar = new QWidget(this);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(metrics::gap, 2, metrics::gap, 0);
    layout->setSpacing(2);
    layout->addWidget(m_title, 1);
    useFont(m_position, smallFactor);
    m_previous->setArrowType(Qt::LeftArrow);
    m_previous->setAutoRaise(true);
    m_previous->setToolTip(tr("Previous picture of the suite (Alt+Left)"));
    m_previous->setAccessibleName(tr("Previous picture of the suite"));
    m_next->setArrowType(Qt::RightArrow);
    m_next->setAutoRaise(true);
    m_next->setToolTip(tr("Next picture of the suite (Alt+Right)"));
    m_next->setAccessibleName(tr("Next picture of the suite"));
    layout->addWidget(m_previous);
    layout->addWidget(m_position);
    layout->addWidget(m_next);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
    return bar;
}

void BenchPanel::setSuite(std::shared_ptr<const Suite> suite)
{
    m_suite = std::move(suite);
    m_pictures.clear();
    m_answers.clear();
    if (m_suite) {
        for (const SuiteSample &sample : m_suite->samples)
            if (const QString image = text(sample.image);
                std::find(m_pictures.begin(), m_pictures.end(), image) == m_pictures.end())
                m_pictures.push_back(image);
        const std::size_t count = m_suite->samples.size();
        m_title->setText(
            tr("%1 · version %2 · scorer %3 · %4")
                .arg(text(m_suite->name), text(m_suite->version), text(m_suite->scorer),
                     count == 1 ? tr("1 question") : tr("%1 questions").arg(count)));
        m_title->setToolTip(tr("%1\nVTCBench format (arXiv 2603.21232); our own questions, not the paper's.\n%2\n%3")
                                .arg(m_title->text(), text(m_suite->source), text(m_suite->license)));
    } else {
        m_title->setText(tr("No benchmark suite found"));
    }
    for (QToolButton *button : {m_previous, m_next})
        button->setEnabled(!m_pictures.empty());
    setPicture({});
    fillScores();
}

void BenchPanel::setPicture(const QString &image)
{
    m_picture = image;
    const auto found = std::find(m_pictures.begin(), m_pictures.end(), image);
    m_position->setText(found == m_pictures.end()
                            ? tr("pictures: %1").arg(m_pictures.size())
                            : tr("%1 of %2").arg(found - m_pictures.begin() + 1).arg(m_pictures.size()));
    fillQuestions();
}

void BenchPanel::step(int by)
{
    if (m_pictures.empty())
        return;
    const auto found = std::find(m_pictures.begin(), m_pictures.end(), m_picture);
    const int count = int(m_pictures.size());
    // From a picture outside the suite the first step goes to its first or last.
    const int from = found == m_pictures.end() ? (by > 0 ? -1 : 0) : int(found - m_pictures.begin());
    emit pictureChosen(m_pictures[std::size_t(((from + by) % count + count) % count)]);
}

void BenchPanel::addAnswer(const QString &sampleId, const BenchAnswer &answer)
{
    std::vector<BenchAnswer> &answers = m_answers[sampleId];
    const auto same = std::find_if(answers.begin(), answers.end(),
                                   [&](const BenchAnswer &other) { return other.method == answer.method; });
    if (same == answers.end())
        answers.push_back(answer);
    else
        *same = answer;
    fillQuestions();
}

void BenchPanel::setResults(std::vector<BenchRow> rows, const QString &note)
{
    m_results = std::move(rows);
    m_scoresNote->setText(note);
    fillScores();
    fitScores();
}

bool BenchPanel::event(QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        fitScores();
    return QWidget::event(event);
}

// In a low panel of large text they give way to what is asked and edited: a label that
// wraps would lie over its neighbours.
void BenchPanel::fitScores()
{
    if (visibleRegion().isEmpty())
        return; // behind a tab it has any width: the height for that would enlarge the window
    const QWidget *const either[] = {m_scores, m_scoresNote};
    int needed = 0;
    for (int i = 0; i < layout()->count(); ++i) {
        const QLayoutItem *item = layout()->itemAt(i);
        if (item->isEmpty() || !item->widget() || std::ranges::count(either, item->widget()) > 0)
            continue;
        if (item->hasHeightForWidth()) // else a dock is made lower than that
            item->widget()->setMinimumHeight(item->widget()->heightForWidth(width()));
        needed += item->minimumSize().height() + layout()->spacing();
    }
    const bool noted = !m_scoresNote->text().isEmpty();
    const int room = height() - needed;
    m_scores->setVisible(!noted && !m_results.empty() && room >= m_scores->minimumHeight());
    m_scoresNote->setVisible(noted && room >= m_scoresNote->heightForWidth(width()));
}

void BenchPanel::fillQuestions()
{
    const QString current = currentSample();
    m_questions->setRowCount(0);
    const bool known = m_suite && !m_picture.isEmpty();
    m_questions->setVisible(known);
    m_hint->setVisible(!known);
    m_hint->setText(!m_ownHint.isEmpty() ? m_ownHint
                        : m_suite        ? tr("Not a picture of this suite; the arrows open those.")
                                         : tr("A suite is read from resources/suites."));
    if (!known)
        return;
    for (const SuiteSample &sample : m_suite->samples) {
        if (text(sample.image) != m_picture)
            continue;
        QStringList given;
        bool right = true;
        for (const BenchAnswer &answer : m_answers.value(text(sample.id))) {
            given << QStringLiteral("%1 %2 (%3)").arg(mark(answer.score), answer.answer, answer.method);
            right = right && answer.score >= 1;
        }
        const int row = m_questions->rowCount();
        m_questions->insertRow(row);
        const QString cells[]
            = {text(dimensionKey(sample.dimension)), text(sample.question),
               sample.answers.empty() ? QString() : text(sample.answers.front()), given.join(QStringLiteral("  "))};
        for (int column = 0; column < 4; ++column)
            m_questions->setItem(row, column, new QTableWidgetItem(cells[column]));
        m_questions->item(row, 0)->setToolTip(text(dimensionTitle(sample.dimension)));
        m_questions->item(row, 0)->setData(Qt::UserRole, text(sample.id));
        m_questions->item(row, 1)->setToolTip(tr("%1\nDouble-click or press Enter to ask it").arg(text(sample.question)));
        if (!given.isEmpty()) {
            const PanelColours colours = panelColours(palette());
            m_questions->item(row, 3)->setForeground(right ? colours.good : colours.bad);
            m_questions->item(row, 3)->setToolTip(given.join(u'\n'));
        }
    }
    setCurrentSample(current);
}

void BenchPanel::fillScores()
{
    m_scores->setRowCount(0);
    if (!m_suite)
        return;
    const auto shown = [](const ScoreValue &value) {
        return value.samples > 0 ? QString::number(value.percent, 'f', 1) : QStringLiteral("–");
    };
    for (const BenchRow &result : m_results) {
        const int row = m_scores->rowCount();
        m_scores->insertRow(row);
        m_scores->setItem(row, 0, new QTableWidgetItem(result.method));
        const auto put = [&](int column, const ScoreValue &value) {
            auto *item = new QTableWidgetItem(shown(value));
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (value.samples > 0)
                item->setToolTip(
                    tr("%1 samples").arg(value.samples)
                    + (value.high > value.low
                           ? tr(", 95 % interval %1–%2").arg(value.low, 0, 'f', 1).arg(value.high, 0, 'f', 1)
                           : QString()));
            m_scores->setItem(row, column, item);
        };
        for (Dimension dimension : allDimensions)
            put(1 + int(dimension), result.score.dimensions[std::size_t(dimension)]);
        put(6, result.score.average);
    }
}

QString BenchPanel::scoresNote() const
{
    return m_scoresNote->text();
}

QString BenchPanel::suiteText() const
{
    return m_title->text();
}

} // namespace qmop

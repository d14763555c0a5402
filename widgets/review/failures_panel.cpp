// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/failures_panel.h"

#include "widgets/runs/tag_text.h"
#include "widgets/runs/time_left.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>

#include <algorithm>

namespace qmop {

void FailuresPanel::connectViews()
{
    connect(m_filters, &ReviewFilterBar::filterChanged, this, &FailuresPanel::applyFilter);
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, m_model, &ReviewModel::sort);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &FailuresPanel::takeTableSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &FailuresPanel::currentChanged);
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex &index) { activate(m_model->rows()[std::size_t(index.row())]); });
    connect(m_table, &QTableView::entered, this,
            [this](const QModelIndex &index) { hover(m_model->rows()[std::size_t(index.row())]); });
    m_table->viewport()->installEventFilter(this);
    m_table->installEventFilter(this);
    m_pictures->installEventFilter(this);
    for (QComboBox *box : {m_x, m_y})
        connect(box, &QComboBox::currentIndexChanged, this, &FailuresPanel::fillScatter);
    connect(m_scatter, &FailureScatter::brushChanged, this, [this](const std::vector<ReviewRow> &rows) {
        m_brushed = std::set(rows.begin(), rows.end());
        selectInTable();
        brushChanged(true);
    });
    connect(m_scatter, &FailureScatter::hovered, this, &FailuresPanel::hover);
    connect(m_scatter, &FailureScatter::reached, this, &FailuresPanel::makeCurrent);
    m_scatter->setDetails([this](ReviewRow row) { return details(row); });
    connect(m_scatter, &FailureScatter::opened, this, &FailuresPanel::activate);
    connect(m_pictures, &QListWidget::itemActivated, this, [this](QListWidgetItem *item) {
        activate({item->data(Qt::UserRole).toInt(), item->data(Qt::UserRole + 1).toInt()});
    });
    const auto rowOf = [](const QListWidgetItem *item) {
        return ReviewRow{item->data(Qt::UserRole).toInt(), item->data(Qt::UserRole + 1).toInt()};
    };
    connect(m_pictures, &QListWidget::itemEntered, this, [this, rowOf](QListWidgetItem *item) { hover(rowOf(item)); });
    connect(m_pictures, &QListWidget::currentItemChanged, this, [this, rowOf](QListWidgetItem *item) {
        if (item)
            makeCurrent(rowOf(item));
    });
    m_pictures->viewport()->installEventFilter(this);
    for (QLineEdit *edit : {m_tags, m_note})
        connect(edit, &QLineEdit::editingFinished, this, &FailuresPanel::requestEdits);
}

// Widgets that lose the focus as they go still tell of it.
FailuresPanel::~FailuresPanel()
{
    if (m_selection)
        m_selection->disconnect(this);
    for (QObject *child : findChildren<QObject *>())
        child->disconnect(this);
}

void FailuresPanel::setSelection(Selection *selection)
{
    m_selection = selection;
    connect(selection, &Selection::highlightChanged, this, &FailuresPanel::showHighlights);
}

void FailuresPanel::setRecord(std::shared_ptr<const BenchRecord> record, const QString &source, SampleEdits edits)
{
    const BenchRecord *before = m_model->data().record().get();
    const bool same = before && record && before->suite == record->suite && before->version == record->version;
    if (!same) {
        m_brushed.clear();
        m_current = m_hovered = {};
        m_model->setOpened({});
    }
    m_thumbnails = same ? std::move(m_thumbnails) : std::map<QString, QImage>();
    m_wanted = same ? std::move(m_wanted) : std::set<QString>();
    m_source->setText(record ? tr("%1 · version %2 · %3 · %4")
                                   .arg(QString::fromStdString(record->suite), QString::fromStdString(record->version),
                                        QString::fromStdString(record->model), source)
                             : QString());
    m_source->setVisible(record != nullptr);
    m_stack->setCurrentIndex(record ? 1 : 0);
    m_filters->setEnabled(record != nullptr);
    m_export->setEnabled(record != nullptr);
    m_export->setToolTip(record ? tr("Save the listed answers as CSV, JSON or Markdown") : tr("No benchmark is open"));
    m_syncing = true;
    m_model->setRecord(std::move(record), std::move(edits));
    m_syncing = false;
    m_filters->setChoices(m_model->data());
    listChanged();
}

void FailuresPanel::setEdits(const std::string &sample, const RunEdits &edits)
{
    m_model->setEdits(sample, edits);
    m_filters->setChoices(m_model->data()); // a new tag
    showEdits();
}

void FailuresPanel::applyFilter(const ReviewFilter &filter)
{
    m_syncing = true;
    m_model->setFilter(filter);
    m_syncing = false;
    listChanged();
}

// Brush and place stay as far as they are still listed.
void FailuresPanel::listChanged()
{
    if (!m_brushed.empty()) {
        const std::set<ReviewRow> listed(m_model->rows().begin(), m_model->rows().end());
        std::erase_if(m_brushed, [&](ReviewRow row) { return !listed.contains(row); });
    }
    const int place = std::max(0, m_model->rowOf(m_current));
    if (m_model->rowCount() > 0)
        m_table->selectionModel()->setCurrentIndex(m_model->index(place, 0), QItemSelectionModel::NoUpdate);
    selectInTable();
    const std::size_t all = m_model->data().record() ? m_model->data().rows().size() : 0;
    m_count->setText(all > 0 ? tr("%L1 of %L2 answers").arg(m_model->rowCount()).arg(all) : QString());
    fillScatter();
    fillSummary();
    brushChanged(false);
    showEdits();
}

void FailuresPanel::takeTableSelection()
{
    if (m_syncing)
        return;
    m_brushed.clear();
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        m_brushed.insert(m_model->rows()[std::size_t(index.row())]);
    brushChanged(true);
}

void FailuresPanel::setBrushed(const std::vector<ReviewRow> &rows)
{
    m_brushed = std::set(rows.begin(), rows.end());
    selectInTable();
    brushChanged(true);
}

void FailuresPanel::selectInTable()
{
    QItemSelection selection;
    const std::vector<ReviewRow> &rows = m_model->rows();
    int first = -1;
    for (std::size_t i = 0; i < rows.size() && !m_brushed.empty(); ++i) {
        if (!m_brushed.contains(rows[i]))
            continue;
        if (first < 0)
            first = int(i);
        std::size_t end = i;
        while (end + 1 < rows.size() && m_brushed.contains(rows[end + 1]))
            ++end;
        selection.select(m_model->index(int(i), 0), m_model->index(int(end), ReviewModel::ColumnCount - 1));
        i = end;
    }
    m_syncing = true;
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    if (first >= 0 && !m_brushed.contains(currentRow())) {
        m_table->selectionModel()->setCurrentIndex(m_model->index(first, 0), QItemSelectionModel::NoUpdate);
        m_table->scrollTo(m_model->index(first, 0));
    }
    m_syncing = false;
}

void FailuresPanel::brushChanged(bool byPerson)
{
    m_scatter->setBrushed(brushed());
    fillPictures();
    showEdits(); // the current row has moved along
    if (byPerson)
        lockBrushed();
}

ReviewRow FailuresPanel::currentRow() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? m_model->rows()[std::size_t(index.row())] : ReviewRow();
}

void FailuresPanel::showEdits()
{
    if (m_syncing)
        return;
    const ReviewRow row = currentRow();
    if (row != m_current && (m_tags->isModified() || m_note->isModified()))
        requestEdits(); // another answer took its place: what was written is kept
    // What is being written must not be swept away by answers that come in.
    const bool writing = m_tags->hasFocus() || m_note->hasFocus();
    if (std::exchange(m_current, row) == row && writing)
        return;
    const bool any = m_current.sample >= 0;
    const std::string id = any ? m_model->data().sample(m_current).id : std::string();
    RunEdits edits;
    if (const auto &all = m_model->data().edits(); any && all.contains(id))
        edits = all.at(id);
    m_tags->setText(tagText(edits.tags));
    m_note->setText(QString::fromStdString(edits.note));
    const QString sample = QString::fromStdString(id);
    m_note->setPlaceholderText(any ? tr("Note on %1").arg(sample) : tr("Note: choose an answer"));
    for (QLineEdit *edit : {m_tags, m_note}) {
        edit->setEnabled(any);
        edit->setToolTip(any ? tr("Of %1; kept with the suite's sample, for every result that is opened").arg(sample)
                             : tr("Choose an answer first"));
    }
}

void FailuresPanel::requestEdits()
{
    if (m_current.sample < 0)
        return;
    m_tags->setModified(false);
    m_note->setModified(false);
    const std::string &sample = m_model->data().sample(m_current).id;
    RunEdits edits;
    edits.tags = tagsIn(m_tags->text());
    edits.note = m_note->text().trimmed().toStdString();
    const auto &all = m_model->data().edits();
    if (const auto known = all.find(sample); (known == all.end() ? RunEdits() : known->second) != edits)
        emit editsRequested(QString::fromStdString(sample), edits);
}

// What opens is selected: list, fields, pictures and the mark are about one sample. A
// brush that holds it already stays.
void FailuresPanel::activate(ReviewRow row)
{
    if (!m_running) { // nothing opens meanwhile
        if (m_brushed.contains(row) || m_model->rowOf(row) < 0)
            makeCurrent(row);
        else
            setBrushed({row});
        m_model->setOpened(row);
    }
    emit sampleActivated(row);
}

bool FailuresPanel::step(int by)
{
    const int count = m_model->rowCount();
    if (count == 0)
        return false;
    const int opened = m_model->rowOf(m_model->opened());
    const int from = opened >= 0 ? opened + by : std::max(0, m_table->currentIndex().row());
    activate(m_model->rows()[std::size_t((from % count + count) % count)]);
    return true;
}

void FailuresPanel::showProgress(int done, int total, std::optional<double> left)
{
    m_progressRow->show();
    m_progress->setRange(0, total);
    m_progress->setValue(done);
    const QString count = tr("%L1 of %L2 answers").arg(done).arg(total);
    m_progressLabel->setText(left ? count + QStringLiteral(", ") + timeLeftText(left) : count);
}

void FailuresPanel::endProgress()
{
    m_progressRow->hide();
}

void FailuresPanel::setRunning(bool running)
{
    m_running = running;
    m_scatter->setRunning(running);
}

void FailuresPanel::setObstacle(const QString &obstacle)
{
    const bool wasAtBench = window()->focusWidget() == m_bench;
    m_bench->setEnabled(obstacle.isEmpty());
    if (wasAtBench && !m_bench->isEnabled())
        m_table->setFocus(); // not at the next button, where a key would do something else
    m_bench->setToolTip(obstacle.isEmpty() ? tr("Ask a whole suite, here") : obstacle);
}

QString FailuresPanel::countText() const
{
    return m_count->text();
}

QString FailuresPanel::progressText() const
{
    return m_progressRow->isHidden() ? QString() : m_progressLabel->text();
}

QString FailuresPanel::sourceText() const
{
    return m_source->text();
}

bool FailuresPanel::eventFilter(QObject *watched, QEvent *event)
{
    const bool isViewport = watched == m_table->viewport() || watched == m_pictures->viewport();
    if (isViewport && event->type() == QEvent::Leave)
        hover({});
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        const bool clears = static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape && !m_brushed.empty() && !m_running
            && !isViewport;
        if (clears && event->type() == QEvent::KeyPress)
            setBrushed({});
        if (clears) {
            event->accept();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace qmop

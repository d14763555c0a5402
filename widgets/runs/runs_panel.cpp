// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include "widgets/runs/runs_filter.h"
#include "widgets/runs/tag_text.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>

namespace qmop {

namespace {

int thumbSide()
{
    return 44 * textScale() / 100;
}

// Thumbnail, question, answer and method; a pin mark for the reference.
class RunDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    // Whether the question is hovered (or locked) somewhere in the window.
    std::function<bool(const QString &question, bool locked)> lit = [](const QString &, bool) { return false; };
    // "A ", "B " for the runs that are compared.
    std::function<QString(const QModelIndex &)> letter = [](const QModelIndex &) { return QString(); };

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {160, std::max(thumbSide(), 3 * option.fontMetrics.height()) + 2 * metrics::gap};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const bool selected = option.state & QStyle::State_Selected;
        if (selected)
            painter->fillRect(option.rect, option.palette.highlight());
        const QRect inner = option.rect.adjusted(metrics::gap, metrics::gap, -metrics::gap, -metrics::gap);
        const QPixmap picture = index.data(Qt::DecorationRole).value<QPixmap>();
        const QRect box(inner.left(), inner.top(), thumbSide(), thumbSide());
        if (!picture.isNull()) {
            const QSize size = picture.size().scaled(box.size(), Qt::KeepAspectRatio);
            QRect target(QPoint(), size);
            target.moveCenter(box.center());
            painter->setRenderHint(QPainter::SmoothPixmapTransform);
            painter->drawPixmap(target, picture);
        }
        const QRect text(box.right() + 8, inner.top(), inner.right() - box.right() - 8, inner.height());
        const int line = option.fontMetrics.height();
        const QColor ink = selected ? option.palette.highlightedText().color() : option.palette.text().color();
        const QColor faint = selected ? ink : option.palette.placeholderText().color();
        const auto draw = [&](int row, const QColor &colour, const QFont &font, const QString &words) {
            painter->setFont(font);
            painter->setPen(colour);
            painter->drawText(QRect(text.left(), text.top() + row * line, text.width(), line),
                              Qt::AlignLeft | Qt::AlignVCenter,
                              QFontMetrics(font).elidedText(words, Qt::ElideRight, text.width()));
        };
        QFont strong = option.font;
        strong.setWeight(QFont::DemiBold);
        QFont small = option.font;
        small.setPointSizeF(small.pointSizeF() * 0.88);
        const bool pinned = index.data(RunsModel::PinnedRole).toBool();
        draw(0, ink, option.font, index.data(RunsModel::QuestionRole).toString());
        draw(1, ink, strong, index.data(RunsModel::AnswerRole).toString());
        draw(2, faint, small,
             QStringLiteral("%1%2%3 · %4 %5")
                 .arg(letter(index))
                 .arg(index.data(RunsModel::NumberRole).toInt())
                 .arg(pinned ? RunsPanel::tr(" pinned") : QString(), index.data(RunsModel::MethodRole).toString(),
                      index.data(RunsModel::TagsRole).toString()));
        if (pinned)
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                              selected ? ink : option.palette.highlight().color());
        const QString question = index.data(RunsModel::QuestionRole).toString();
        painter->setBrush(Qt::NoBrush);
        if (lit(question, true)) {
            painter->setPen(QPen(selected ? ink : option.palette.highlight().color(), 2, Qt::DashLine));
            painter->drawRect(option.rect.adjusted(4, 1, -2, -2));
        }
        if (lit(question, false)) {
            painter->setPen(QPen(ink, 1));
            painter->drawRect(option.rect.adjusted(4, 1, -2, -2));
        }
        painter->restore();
    }
};

}

RunsPanel::RunsPanel(QWidget *parent)
    : QWidget(parent)
    , m_model(new RunsModel(this))
    , m_filter(new RunsFilter(m_model, this))
    , m_source(new QWidget(this))
    , m_sourceName(new ElidedLabel(m_source))
    , m_allRuns(new QToolButton(m_source))
    , m_filterEdit(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_note(new QLineEdit(this))
    , m_tags(new QLineEdit(this))
    , m_pin(new QToolButton(this))
{
    buildSource();
    followList();
    m_list->setItemDelegate(new RunDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Runs"));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_pin->setText(tr("Pin as reference"));
    m_pin->setCheckable(true);
    m_pin->setAutoRaise(true);
    m_filterEdit->setPlaceholderText(tr("Filter: words, #tag"));
    m_filterEdit->setAccessibleName(tr("Filter the runs"));
    m_filterEdit->setClearButtonEnabled(true);
    m_note->setAccessibleName(tr("Note on the selected run"));
    m_tags->setAccessibleName(tr("Tags of the selected run"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::gap, 2, metrics::gap, 0);
    layout->setSpacing(2);
    layout->addWidget(m_source);
    layout->addWidget(m_filterEdit);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_note);
    layout->addWidget(m_tags);
    auto *buttons = new QWidget(this);
    auto *bar = new FlowLayout(buttons);
    bar->setContentsMargins(0, 2, 0, 2);
    bar->addWidget(m_pin);
    addCompareActions(bar);
    layout->addWidget(buttons);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunsPanel::updateEdits);
    // Where both come for one click, the second finds the trace that the first read.
    const auto activate = [this](const QModelIndex &index) {
        m_model->withTrace(m_filter->mapToSource(index),
                           [this](std::shared_ptr<const RunTrace> trace) { emit runActivated(std::move(trace)); });
    };
    connect(m_list, &QListView::clicked, this, activate);
    connect(m_list, &QListView::activated, this, activate);
    connect(m_pin, &QToolButton::clicked, this, &RunsPanel::requestEdits);
    connect(m_note, &QLineEdit::editingFinished, this, &RunsPanel::requestEdits);
    connect(m_tags, &QLineEdit::editingFinished, this, &RunsPanel::requestEdits);
    connect(m_filterEdit, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_filter->setTerms(text.toLower().split(u' ', Qt::SkipEmptyParts)); });
    connect(m_model, &RunsModel::dataChanged, this, &RunsPanel::updateEdits);
    connect(m_model, &RunsModel::modelReset, this, &RunsPanel::updateEdits);
    updateEdits();
}

void RunsPanel::addCompareActions(QLayout *bar)
{
    const auto add = [&](const char *id, const QString &text, const QString &tip, Qt::Key key, auto choose) {
        auto *action = new QAction(text, this);
        action->setObjectName(QLatin1String(id));
        action->setIconText(QKeySequence(key).toString()); // on the button
        action->setToolTip(tip);
        action->setShortcut(QKeySequence(key));
        action->setShortcutContext(Qt::WidgetShortcut); // in the fields the letter is text
        m_list->addAction(action);
        connect(action, &QAction::triggered, this, [this, choose] {
            m_model->withTrace(current(), [this, choose](std::shared_ptr<const RunTrace> trace) {
                (this->*choose)(std::move(trace));
            });
        });
        auto *button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setAccessibleName(text);
        bar->addWidget(button);
        return action;
    };
    m_reference
        = add("compare.a", tr("Compare as A"), tr("A of the comparison: the run that others are held against (A)"),
              Qt::Key_A, &RunsPanel::referenceChosen);
    m_show = add("compare.b", tr("Show as B"), tr("B of the comparison: the run that the window shows (B)"), Qt::Key_B,
                 &RunsPanel::runActivated);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    static_cast<RunDelegate *>(m_list->itemDelegate())->letter = [this](const QModelIndex &index) {
        const std::optional<RunHeadline> run = m_model->headline(m_filter->mapToSource(index));
        return !run || run->uid.empty() ? QString()
            : run->uid == m_uidA        ? (run->uid == m_uidB ? tr("A B · ") : tr("A · "))
            : run->uid == m_uidB        ? tr("B · ")
                                        : QString();
    };
}

void RunsPanel::setCompared(const std::shared_ptr<const RunTrace> &a, const std::shared_ptr<const RunTrace> &b)
{
    const auto uidOf = [this](const std::shared_ptr<const RunTrace> &trace) {
        const std::optional<RunHeadline> run = m_model->headline(m_model->indexOf(trace));
        return run ? run->uid : std::string();
    };
    m_uidA = uidOf(a);
    m_uidB = a ? uidOf(b) : std::string(); // alone it is the selected run
    m_list->viewport()->update();
}

void RunsPanel::buildSource()
{
    m_allRuns->setText(tr("All runs"));
    m_allRuns->setToolTip(tr("Close this file and list every run that is remembered"));
    auto *row = new QHBoxLayout(m_source);
    row->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    row->addWidget(m_sourceName, 1);
    row->addWidget(m_allRuns);
    m_source->hide();
    connect(m_allRuns, &QToolButton::clicked, this, &RunsPanel::allRunsRequested);
}

void RunsPanel::setSource(const QString &name)
{
    m_sourceName->setText(name);
    m_source->setVisible(!name.isEmpty());
}

std::vector<RunHeadline> RunsPanel::listed() const
{
    std::vector<RunHeadline> runs;
    for (int row = m_filter->rowCount() - 1; row >= 0; --row)
        runs.push_back(*m_model->headline(m_filter->mapToSource(m_filter->index(row, 0))));
    return runs;
}

QModelIndex RunsPanel::current() const
{
    return m_filter->mapToSource(m_list->currentIndex());
}

// What the fields say, where that is not what the run has.
void RunsPanel::requestEdits()
{
    const std::optional<RunHeadline> run = m_model->headline(m_model->indexOf(m_edited));
    if (!run)
        return;
    m_note->setModified(false);
    m_tags->setModified(false);
    RunEdits edits;
    edits.note = m_note->text().toStdString();
    edits.tags = tagsIn(m_tags->text());
    edits.pinned = m_pin->isChecked();
    if (edits != run->edits)
        emit editsRequested(QString::fromStdString(run->uid), edits);
}

void RunsPanel::add(std::shared_ptr<const RunTrace> trace, std::optional<RunHeadline> headline)
{
    if (headline)
        m_model->add(std::move(trace), std::move(*headline));
    else
        m_model->add(std::move(trace));
    m_list->scrollToTop();
}

void RunsPanel::setSelection(Selection *selection)
{
    m_selection = selection;
    m_list->setMouseTracking(true);
    m_list->viewport()->setMouseTracking(true);
    m_list->viewport()->installEventFilter(this);
    connect(m_list, &QListView::entered, this, [this](const QModelIndex &index) {
        m_selection->hover(QuestionTarget{index.data(RunsModel::QuestionRole).toString().toStdString()});
    });
    static_cast<RunDelegate *>(m_list->itemDelegate())->lit = [this](const QString &question, bool locked) {
        const Highlight &highlight = locked ? m_selection->lockHighlight() : m_selection->hoverHighlight();
        return std::ranges::find(highlight.questions, question.toStdString()) != highlight.questions.end();
    };
    connect(selection, &Selection::highlightChanged, this,
            [this, before = highlighted(false), lockedBefore = highlighted(true)]() mutable {
                if (before == highlighted(false) && lockedBefore == highlighted(true))
                    return;
                before = highlighted(false);
                lockedBefore = highlighted(true);
                m_list->viewport()->update();
            });
}

bool RunsPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list->viewport() && event->type() == QEvent::Leave && m_selection)
        m_selection->hover(std::nullopt);
    return QWidget::eventFilter(watched, event);
}

std::vector<int> RunsPanel::highlighted(bool locked) const
{
    std::vector<int> numbers;
    const auto &questions = (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).questions;
    for (int row = m_model->rowCount() - 1; row >= 0 && !questions.empty(); --row) {
        const QModelIndex index = m_model->index(row);
        if (std::ranges::find(questions, index.data(RunsModel::QuestionRole).toString().toStdString())
            != questions.end())
            numbers.push_back(index.data(RunsModel::NumberRole).toInt());
    }
    return numbers;
}

// A run that the filter hides is not marked: no other stands for it.
void RunsPanel::setCurrentRun(const std::shared_ptr<const RunTrace> &trace)
{
    const QModelIndex index = m_model->indexOf(trace);
    const std::optional<RunHeadline> run = m_model->headline(index);
    m_shown = run ? run->uid : std::string();
    m_list->setCurrentIndex(m_filter->mapFromSource(index));
}

void RunsPanel::followList()
{
    // Before the view hears of it, which would put a neighbour in its place.
    connect(m_filter, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this](const QModelIndex &, int from, int to) {
        if (const int row = m_list->currentIndex().row(); row >= from && row <= to)
            m_list->setCurrentIndex({});
    });
    m_list->setModel(m_filter);
    for (auto changed : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter, changed, this, &RunsPanel::markShown);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &RunsPanel::markShown);
}

void RunsPanel::markShown()
{
    if (!m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_filter->mapFromSource(m_model->indexOf(m_shown)));
}

void RunsPanel::updateEdits()
{
    std::optional<RunHeadline> run = m_model->headline(current());
    const std::string uid = run ? run->uid : std::string();
    const bool typing = m_note->isModified() || m_tags->isModified();
    if (typing && uid == m_edited)
        return; // what is being typed stays
    if (typing)
        requestEdits(); // a run that has ended took its place: what was typed is kept
    m_edited = uid;
    run = m_model->headline(current());
    const RunEdits edits = run ? run->edits : RunEdits();
    m_note->setText(QString::fromStdString(edits.note));
    m_tags->setText(tagText(edits.tags));
    m_pin->setChecked(edits.pinned);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_note), static_cast<QWidget *>(m_tags), static_cast<QWidget *>(m_pin)})
        widget->setEnabled(run.has_value());
    m_pin->setToolTip(run ? tr("Compare the answers of later runs with this run") : tr("Select a run first"));
    m_note->setToolTip(run ? QString() : tr("Select a run first"));
    m_tags->setToolTip(m_note->toolTip());
    m_note->setPlaceholderText(run ? tr("Note on this run") : tr("Note: choose a run"));
    m_tags->setPlaceholderText(run ? tr("Tags, separated by commas") : tr("Tags: choose a run"));
    m_reference->setEnabled(run.has_value());
    m_show->setEnabled(run.has_value());
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include "widgets/selection/selection.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>

namespace qmop {

namespace {

constexpr int thumb = 44;

// Thumbnail, question, answer and method; a pin mark for the reference.
class RunDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    // Whether the question is hovered (or locked) somewhere in the window.
    std::function<bool(const QString &question, bool locked)> lit = [](const QString &, bool) { return false; };

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {160, std::max(thumb, 3 * option.fontMetrics.height()) + 2 * metrics::gap};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const bool selected = option.state & QStyle::State_Selected;
        if (selected)
            painter->fillRect(option.rect, option.palette.highlight());
        const QRect inner = option.rect.adjusted(metrics::gap, metrics::gap, -metrics::gap, -metrics::gap);
        const QPixmap picture = index.data(Qt::DecorationRole).value<QPixmap>();
        const QRect box(inner.left(), inner.top(), thumb, thumb);
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
             QStringLiteral("#%1%2 · %3")
                 .arg(index.data(RunsModel::NumberRole).toInt())
                 .arg(pinned ? RunsPanel::tr(" pinned") : QString(), index.data(RunsModel::MethodRole).toString()));
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
    , m_list(new QListView(this))
    , m_pin(new QToolButton(this))
{
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RunDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Runs"));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_pin->setText(tr("Pin as reference"));
    m_pin->setCheckable(true);
    m_pin->setAutoRaise(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_list, 1);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(metrics::gap, 2, metrics::gap, 2);
    bar->addWidget(m_pin);
    bar->addStretch(1);
    layout->addLayout(bar);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunsPanel::updatePinButton);
    connect(m_list, &QListView::clicked, this,
            [this](const QModelIndex &index) { emit runActivated(m_model->trace(index)); });
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex &index) { emit runActivated(m_model->trace(index)); });
    connect(m_pin, &QToolButton::clicked, this, [this] { m_model->togglePin(m_list->currentIndex()); });
    connect(m_model, &RunsModel::pinnedChanged, this, &RunsPanel::updatePinButton);
    updatePinButton();
}

void RunsPanel::add(std::shared_ptr<const RunTrace> trace)
{
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

void RunsPanel::setCurrentRun(const std::shared_ptr<const RunTrace> &trace)
{
    for (int row = 0; trace && row < m_model->rowCount(); ++row)
        if (m_model->trace(m_model->index(row)) == trace) {
            m_list->setCurrentIndex(m_model->index(row));
            return;
        }
    m_list->setCurrentIndex({});
}

void RunsPanel::updatePinButton()
{
    const auto current = m_model->trace(m_list->currentIndex());
    m_pin->setEnabled(current != nullptr);
    m_pin->setChecked(current && current == m_model->pinned());
    m_pin->setToolTip(current ? tr("Compare the answers of later runs with this run") : tr("Select a run first"));
}

} // namespace qmop

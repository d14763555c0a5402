// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the failure browser is made of.
#include "widgets/review/failures_panel.h"

#include "widgets/review/answer_mark.h"
#include "widgets/review/routing_spread.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/scroll_area.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/whole_rows.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace qmop {

namespace {

QPushButton *makeButton(QWidget *parent, const QString &text, const QString &toolTip)
{
    auto *button = new QPushButton(text, parent);
    button->setToolTip(toolTip);
    button->setAutoDefault(false);
    return button;
}

// As high as its parts must be, where there is no more room.
class ModestSplitter : public QSplitter {
public:
    using QSplitter::QSplitter;
    QSize sizeHint() const override { return minimumSizeHint(); }
};

// Room for a whole picture, whether it has come or not: all cells are as large as the
// first, which is measured once.
class PictureCell : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = static_cast<const QAbstractItemView *>(parent())->iconSize();
    }
};

void quieten(QTableView *table)
{
    useFont(table, smallFactor);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setMinimumSectionSize(20);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false); // Tab goes on to the next control
    table->setAlternatingRowColors(true);
    table->setFrameShape(QFrame::NoFrame);
    table->setMinimumSize(120, 60 * textScale() / 100);
}

}

FailuresPanel::FailuresPanel(QWidget *parent)
    : QWidget(parent)
    , m_model(new ReviewModel(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 2);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(makeProgress());
    m_filters = new ReviewFilterBar(this);
    m_filters->setVisible(m_showFilters->isChecked());
    connect(m_showFilters, &QPushButton::toggled, m_filters, &QWidget::setVisible);
    m_stack = new QStackedWidget(this);
    auto *hint
        = new QLabel(tr("No benchmark is open. Open a file that “qmop bench SUITE --json” wrote, drop it here, or "
                        "benchmark a suite in this window."),
                     m_stack);
    hint->setWordWrap(true);
    hint->setAlignment(Qt::AlignCenter);
    hint->setForegroundRole(QPalette::PlaceholderText);
    hint->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    m_splitter = new ModestSplitter(Qt::Vertical);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(makeTable());
    m_splitter->addWidget(makeScatter());
    m_splitter->addWidget(makeTabs());
    for (int i = 0; i < 3; ++i)
        m_splitter->setStretchFactor(i, 1); // each keeps its share
    m_stack->addWidget(hint);
    m_stack->addWidget(m_splitter);
    // The panel is as narrow as anybody makes it: what has no room below each other is scrolled to.
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filters);
    column->addWidget(m_stack, 1);
    layout->addWidget(scrollAreaAround(content, this), 1);
    connectViews();
    setRecord(nullptr, {}, {});
}

QWidget *FailuresPanel::makeBar()
{
    auto *bar = new QWidget(this);
    auto *lines = new QVBoxLayout(bar);
    lines->setContentsMargins(metrics::gap, 2, metrics::gap, 0);
    lines->setSpacing(2);
    auto *layout = new FlowLayout;
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_source = new ElidedLabel(bar);
    m_count = new QLabel(bar);
    useFont(m_count, smallFactor);
    m_open = makeButton(bar, tr("Open…"), tr("Open a result of qmop bench --json"));
    m_open->setAccessibleName(tr("Open a benchmark result"));
    m_recent = makeButton(bar, tr("Recent"), tr("Results opened or made last"));
    m_recent->setAccessibleName(tr("Recent results"));
    m_bench = makeButton(bar, tr("Benchmark…"), tr("Ask a whole suite, here"));
    m_bench->setAccessibleName(tr("Benchmark a suite"));
    m_export = makeButton(bar, tr("Export…"), tr("Save the listed answers as CSV, JSON or Markdown"));
    m_export->setAccessibleName(tr("Export the listed answers"));
    m_showFilters = makeButton(bar, tr("Filters"), tr("Show what chooses the listed answers; it works hidden, too"));
    m_showFilters->setAccessibleName(tr("Show the filters"));
    m_showFilters->setCheckable(true);
    m_showFilters->setChecked(true);
    connect(m_showFilters, &QPushButton::clicked, this, [this] { m_filtersChosen = true; });
    lines->addWidget(m_source);
    lines->addLayout(layout);
    for (QPushButton *button : {m_open, m_recent, m_bench, m_export, m_showFilters})
        layout->addWidget(button);
    layout->addWidget(m_count);
    connect(m_open, &QPushButton::clicked, this, &FailuresPanel::openRequested);
    connect(m_bench, &QPushButton::clicked, this, &FailuresPanel::benchRequested);
    connect(m_export, &QPushButton::clicked, this, &FailuresPanel::exportRequested);
    return bar;
}

QWidget *FailuresPanel::makeProgress()
{
    m_progressRow = new QWidget(this);
    auto *layout = new QGridLayout(m_progressRow);
    layout->setContentsMargins(metrics::gap, 2, metrics::gap, 0);
    layout->setVerticalSpacing(2);
    m_progress = new QProgressBar(m_progressRow);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(metrics::barHeight);
    m_progress->setAccessibleName(tr("Progress of the benchmark"));
    m_progressLabel = new ElidedLabel(m_progressRow);
    m_stop = makeButton(m_progressRow, tr("Stop"), tr("Stop the benchmark; the answers so far stay"));
    m_stop->setAccessibleName(tr("Stop the benchmark"));
    layout->addWidget(m_progressLabel, 0, 0);
    layout->addWidget(m_progress, 1, 0);
    layout->addWidget(m_stop, 0, 1, 2, 1);
    m_progressRow->hide();
    connect(m_stop, &QPushButton::clicked, this, &FailuresPanel::stopRequested);
    return m_progressRow;
}

QWidget *FailuresPanel::makeTable()
{
    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_table = new QTableView(page);
    quieten(m_table);
    m_table->setModel(m_model);
    constexpr int leastRows = 4;
    m_table->setMinimumHeight(m_table->horizontalHeader()->sizeHint().height()
                              + m_table->horizontalScrollBar()->sizeHint().height()
                              + leastRows * m_table->verticalHeader()->defaultSectionSize());
    m_table->setAccessibleName(tr("Answers"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setWordWrap(false);
    m_table->setMouseTracking(true);
    m_table->setSortingEnabled(false); // as in the suite until a header is clicked
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setSortIndicatorShown(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    // In characters: measuring all rows would take longer than showing them.
    const int widths[ReviewModel::ColumnCount] = {11, 5, 30, 10, 11, 4, 10, 6, 10, 10, 6, 6, 6, 8, 6, 8, 7, 8, 14, 24};
    for (int column = 0; column < ReviewModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column] * m_table->fontMetrics().averageCharWidth() + 2 * metrics::gap);
    auto *edits = new QHBoxLayout;
    edits->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    m_tags = new QLineEdit(page);
    m_tags->setPlaceholderText(tr("Tags, separated by commas"));
    m_tags->setAccessibleName(tr("Tags of the sample"));
    m_note = new QLineEdit(page);
    m_note->setAccessibleName(tr("Note on the sample"));
    for (QLineEdit *edit : {m_tags, m_note})
        edit->setMinimumWidth(60);
    edits->addWidget(m_tags, 2);
    edits->addWidget(m_note, 3);
    layout->addWidget(new WholeRows(m_table, page), 1);
    layout->addLayout(edits);
    return page;
}

QWidget *FailuresPanel::makeScatter()
{
    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    layout->setSpacing(2);
    auto *axes = new FlowLayout;
    axes->setContentsMargins(0, 0, 0, 0);
    axes->setSpacing(4);
    m_x = new QComboBox(page);
    m_y = new QComboBox(page);
    for (QComboBox *box : {m_y, m_x}) {
        for (ReviewField field : allReviewFields)
            box->addItem(fieldTitle(field), int(field));
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        axes->addWidget(box);
        if (box == m_y) {
            auto *against = new QLabel(tr("against"), page);
            useFont(against, smallFactor);
            axes->addWidget(against);
        }
    }
    m_x->setAccessibleName(tr("Horizontal axis"));
    m_y->setAccessibleName(tr("Vertical axis"));
    m_x->setCurrentIndex(int(ReviewField::Entropy));
    m_y->setCurrentIndex(int(ReviewField::Probability));
    m_scatter = new FailureScatter(page);
    m_details = new ElidedLabel(page);
    m_details->setMuted(true);
    layout->addLayout(axes);
    layout->addWidget(m_scatter, 1);
    m_legend = new AnswerLegend(page);
    layout->addWidget(m_legend);
    layout->addWidget(m_details);
    return page;
}

QWidget *FailuresPanel::makeTabs()
{
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    auto *page = new QWidget(tabs);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_picturesNote = new QLabel(page);
    m_picturesNote->setWordWrap(true);
    useFont(m_picturesNote, smallFactor);
    m_picturesNote->setContentsMargins(metrics::gap, 2, metrics::gap, 0);
    m_pictures = new QListWidget(page);
    m_pictures->setViewMode(QListView::IconMode);
    m_pictures->setMouseTracking(true);
    m_pictures->setMovement(QListView::Static);
    m_pictures->setResizeMode(QListView::Adjust);
    m_pictures->setIconSize({72, 72});
    m_pictures->setUniformItemSizes(true);
    m_pictures->setItemDelegate(new PictureCell(m_pictures));
    m_pictures->setSpacing(4);
    m_pictures->setFrameShape(QFrame::NoFrame);
    m_pictures->setAccessibleName(tr("Pictures of the brushed answers"));
    m_pictures->setMinimumSize(100, 60);
    layout->addWidget(m_picturesNote);
    layout->addWidget(m_pictures, 1);
    m_summary = new QTableWidget(int(dimensionCount) + 1, 5, tabs);
    quieten(m_summary);
    m_summary->setHorizontalHeaderLabels({tr("n"), tr("Right"), tr("95 %"), tr("Full"), tr("Retention")});
    m_summary->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_summary->verticalHeader()->show();
    m_summary->setAccessibleName(tr("Summary of the listed answers per dimension"));
    m_summary->setSelectionMode(QAbstractItemView::SingleSelection);
    const QString toolTips[]
        = {tr("Listed answers"), tr("Of them right, in percent"), tr("95 % score interval of that share (Wilson)"),
           tr("The same samples with all visual tokens, in percent"),
           tr("Right as a share of right with all visual tokens, in percent")};
    for (int column = 0; column < 5; ++column)
        m_summary->horizontalHeaderItem(column)->setToolTip(toolTips[column]);
    labelDimensionRows(*m_summary);
    tabs->addTab(page, tr("Pictures"));
    tabs->addTab(m_summary, tr("Per dimension"));
    m_routing = new RoutingTable(tabs);
    quieten(m_routing);
    m_routing->verticalHeader()->show();
    tabs->addTab(m_routing, tr("Routing"));
    return tabs;
}

// Beside each other where there is more room that way, else below each other.
void FailuresPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // In large text on a small screen the filters would leave no room for the answers.
    if (!m_filtersChosen)
        m_showFilters->setChecked(3 * m_filters->heightForWidth(width()) < height());
    const bool wide = width() > height() && width() > 100 * fontMetrics().averageCharWidth();
    const Qt::Orientation orientation = wide ? Qt::Horizontal : Qt::Vertical;
    if (m_splitter->orientation() == orientation && m_arranged)
        return;
    m_arranged = true;
    m_splitter->setOrientation(orientation);
    m_splitter->setSizes(wide ? QList<int>{500, 300, 200} : QList<int>{300, 430, 270}); // shares
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the panel is made of; what it shows is in sweep_panel.cpp.
#include "widgets/sweep/compressor_boxes.h"
#include "widgets/sweep/patch_multiples.h"
#include "widgets/sweep/router_simplex.h"
#include "widgets/sweep/sweep_panel.h"
#include "widgets/theme/scroll_area.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace qmop {

namespace {

QTableWidget *makeTable(const QStringList &headers, const QString &name, QWidget *parent)
{
    auto *table = new QTableWidget(0, int(headers.size()), parent);
    table->setHorizontalHeaderLabels(headers);
    table->setAccessibleName(name);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    useFont(table, smallFactor);
    return table;
}

QLabel *makeSummary(QWidget *parent)
{
    auto *summary = new QLabel(parent);
    summary->setWordWrap(true);
    summary->setTextFormat(Qt::PlainText);
    return summary;
}

QHBoxLayout *makeButtons(QWidget *parent, QPushButton *&start, QPushButton *&stop, QPushButton *&copy,
                         QLabel *&progress)
{
    start = new QPushButton(SweepPanel::tr("Sweep"), parent);
    stop = new QPushButton(SweepPanel::tr("Stop"), parent);
    copy = new QPushButton(SweepPanel::tr("Copy as command"), parent);
    progress = new QLabel(parent);
    useFont(progress, smallFactor);
    progress->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->addWidget(start);
    row->addWidget(stop);
    row->addWidget(copy);
    row->addWidget(progress, 1);
    return row;
}

}

SweepPanel::SweepPanel(QWidget *parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
{
    m_tabs->addTab(scrollAreaAround(makeBudgets(), this), tr("Budgets"));
    m_tabs->addTab(scrollAreaAround(makeQuestions(), this), tr("Questions"));
    m_tabs->setDocumentMode(true);
    m_tabs->setFocusPolicy(Qt::NoFocus); // its bar has the keys; this reaches the bar, too
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    m_tabs->tabBar()->setAccessibleName(tr("Kind of sweep"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_kept = new QComboBox(this);
    m_kept->setAccessibleName(tr("Sweeps of this session"));
    m_kept->setToolTip(tr("Sweeps of this session, the newest first"));
    m_kept->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kept->hide();
    connect(m_kept, &QComboBox::activated, this, &SweepPanel::keptChosen);
    layout->addWidget(m_kept);
    layout->addWidget(m_tabs);
    for (std::size_t i = 0; i < 2; ++i)
        connect(m_stop[i], &QPushButton::clicked, this, &SweepPanel::stopRequested);
    connect(m_start[0], &QPushButton::clicked, this, &SweepPanel::budgetsRequested);
    connect(m_start[1], &QPushButton::clicked, this, &SweepPanel::questionsRequested);
    connect(m_copy[0], &QPushButton::clicked, this, &SweepPanel::budgetCommandWanted);
    connect(m_copy[1], &QPushButton::clicked, this, &SweepPanel::questionCommandWanted);
    updateButtons();
}

void SweepPanel::setKept(const QStringList &titles, int current)
{
    m_kept->clear();
    m_kept->addItems(titles);
    m_kept->setCurrentIndex(current);
    m_kept->setVisible(titles.size() > 1);
}

QWidget *SweepPanel::makeBudgets()
{
    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    auto *choices = new QHBoxLayout;
    m_compressors = new CompressorBoxes({"none", "qmop", "pool", "resample", "prune"}, page);
    m_compressors->box("none")->setEnabled(false);
    m_compressors->box("none")->setToolTip(tr("Always asked: the others are compared with it"));
    connect(m_compressors, &CompressorBoxes::changed, this, &SweepPanel::updateButtons);
    m_budgets = new QLineEdit(page);
    m_budgets->setAccessibleName(tr("Budgets, separated by commas"));
    m_budgets->setToolTip(tr("Visual tokens, separated by commas. Branches with weights can do what the model was "
                             "trained for; pruning and cls-prune can keep any number, avgpool square numbers."));
    connect(m_budgets, &QLineEdit::textChanged, this, &SweepPanel::updateButtons);
    choices->addWidget(new QLabel(tr("budgets"), page));
    choices->addWidget(m_budgets, 1);
    m_answer = new QLineEdit(page);
    m_answer->setAccessibleName(tr("Answer to score"));
    m_answer->setPlaceholderText(tr("answer to score (the uncompressed one)"));
    choices->addWidget(m_answer, 1);
    m_table = makeTable({tr("Compressor"), tr("Tokens"), tr("Answer"), tr("Uncompressed?"), tr("log p"),
                         tr("Prefill ms"), tr("TTFT ms"), tr("KV cache")},
                        tr("Budgets: results"), page);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeaderItem(5)->setToolTip(
        tr("The decoder reading its prompt: measured once, after the decoder was warmed up"));
    m_table->horizontalHeaderItem(6)->setToolTip(
        tr("Time to first token: all stages from the picture to the first token, each measured once. The picture was "
           "encoded for the first run; that counts for every row."));
    m_summary = makeSummary(page);
    m_budgetMaps = new PatchMultiples(tr("Kept patches by budget"), page);
    layout->addWidget(m_compressors);
    layout->addLayout(choices);
    layout->addLayout(makeButtons(page, m_start[0], m_stop[0], m_copy[0], m_progress[0]));
    layout->addWidget(m_summary);
    layout->addWidget(m_table);
    layout->addWidget(m_budgetMaps);
    layout->addStretch(1);
    m_table->hide();
    m_budgetMaps->hide();
    connect(m_table, &QTableWidget::cellActivated, this, [this](int row) {
        emit budgetActivated(row - 1);
        emit budgetOpened(row - 1);
    });
    connect(m_table, &QTableWidget::cellClicked, this, [this](int row) { emit budgetActivated(row - 1); });
    connect(m_budgetMaps, &PatchMultiples::activated, this,
            [this](int index) { emit budgetActivated(m_mapped[std::size_t(index)]); });
    return page;
}

QWidget *SweepPanel::makeQuestions()
{
    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    m_questions = new QPlainTextEdit(page);
    m_questions->setAccessibleName(tr("Questions, one per line"));
    m_questions->setPlaceholderText(tr("Questions about this picture, one per line"));
    m_questions->setTabChangesFocus(true);
    m_questions->setFixedHeight(fontMetrics().height() * 5 + 12);
    connect(m_questions, &QPlainTextEdit::textChanged, this, &SweepPanel::updateButtons);
    m_questionSummary = makeSummary(page);
    m_questionMaps = new PatchMultiples(tr("Kept patches by question, and how often each survives"), page);
    m_simplex = new RouterSimplex(page);
    m_overlap = makeTable({}, tr("Overlap of kept patches (Jaccard)"), page);
    m_overlap->setSelectionBehavior(QAbstractItemView::SelectItems);
    layout->addWidget(m_questions);
    layout->addLayout(makeButtons(page, m_start[1], m_stop[1], m_copy[1], m_progress[1]));
    layout->addWidget(m_questionSummary);
    layout->addWidget(m_simplex);
    layout->addWidget(m_questionMaps);
    layout->addWidget(m_overlap);
    layout->addStretch(1);
    m_questionSummary->hide();
    m_simplex->hide();
    m_questionMaps->hide();
    m_overlap->hide();
    connect(m_questionMaps, &PatchMultiples::activated, this, &SweepPanel::questionActivated);
    connect(m_simplex, &RouterSimplex::activated, this,
            [this](int point) { emit questionActivated(m_routed[std::size_t(point)]); });
    return page;
}

} // namespace qmop

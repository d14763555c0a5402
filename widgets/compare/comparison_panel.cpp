// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/comparison_panel.h"

#include "qmop/fixed_text.h"
#include "qmop/took_part.h"
#include "widgets/costs/cost_rows.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/breakable_text.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/scroll_area.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/whole_rows.h"

#include <QCheckBox>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return ComparisonPanel::tr(text);
}

using Format = QString (*)(double);

QString plain(double value)
{
    return value == std::floor(value) ? QString::number(value, 'f', 0) : QString::number(value, 'g', 4);
}
QString fourDigits(double value)
{
    return QString::fromStdString(fixedText(value, 4));
}
QString rate(double value)
{
    return QStringLiteral("%1 /s").arg(QString::fromStdString(fixedText(value, 1)));
}

struct RowStyle {
    const char *key;
    const char *name;
    Format format;
};

const RowStyle styles[] = {
    {"picture", "Picture", plain},
    {"question", "Question", plain},
    {"model", "Model", plain},
    {"compressor", "Compressor", plain},
    {"budget", "Budget", plain},
    {"fusion", "Fusion", plain},
    {"fusion_threshold", "Fusion threshold", plain},
    {"changes", "Edits", plain},
    {"answer", "Answer", plain},
    {"answer_probability", "Probability of the answer", fourDigits},
    {"answer_log_probability", "log p of the answer", fourDigits},
    {"score_log_probability", "log p of the original answer", fourDigits},
    {"visual_tokens", "Visual tokens", plain},
    {"text_tokens", "Text tokens", plain},
    {"prefill_macs", "Prefill, visual tokens", formatMacs},
    {"projector_macs", "Projector", formatMacs},
    {"kv_bytes", "KV cache, visual tokens", formatBytes},
    {"kv_bytes_measured", "KV cache, measured", formatBytes},
    {"time_to_first_token", "Time to first token", formatSeconds},
    {"tokens_per_second", "Decoding", rate},
};

QString cell(const ComparedValue::Value &value, Format format)
{
    if (const auto *number = std::get_if<double>(&value))
        return format(*number);
    const auto *words = std::get_if<std::string>(&value);
    return words ? QString::fromStdString(*words).simplified() : QStringLiteral("–");
}

// What chose them, and that they say nothing about an answer that came through other branches.
QString howKept(const KeptSet &a, const KeptSet &b)
{
    const auto said = [](bool inA, bool inB, const QString &ofBoth, const QString &text) {
        const QString runs = !inA ? tr("of B") : !inB ? tr("of A") : ofBoth;
        return inA || inB ? QStringLiteral(" · %1 %2").arg(text, runs) : QString();
    };
    return said(a.by == KeptBy::ClassAttention, b.by == KeptBy::ClassAttention, tr("of both"),
                tr("class attention chose those"))
        + said(!a.tookPart, !b.tookPart, tr("of either"), tr("pruning took no part in the answer"));
}

QLabel *textLabel(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAccessibleName(name);
    return label;
}

}

ComparedText comparedText(const ComparedValue &value)
{
    const auto style = std::ranges::find(styles, value.key, [](const RowStyle &row) { return std::string(row.key); });
    const Format format = style == std::end(styles) ? plain : style->format;
    ComparedText text{style == std::end(styles) ? QString::fromStdString(value.key) : tr(style->name),
                      cell(value.a, format),
                      cell(value.b, format),
                      {}};
    if (const std::optional<double> change = value.change())
        text.change = *change == 0
            ? QStringLiteral("0")
            : (*change > 0 ? QStringLiteral("+") : QStringLiteral("−")) + format(std::abs(*change));
    return text;
}

QString marginText(const QString &run, const DecidingToken &token)
{
    if (!token.logProbability)
        return token.token < 0 ? tr("%1 was cut there").arg(run) : QString();
    const QString probability = QString::fromStdString(fixedText(std::exp(*token.logProbability), 3));
    const QString what
        = token.token < 0 ? tr("the end") : QStringLiteral("“%1”").arg(QString::fromStdString(token.text).trimmed());
    if (!token.margin)
        return tr("%1: %2 with p %3").arg(run, what, probability);
    const QString margin = QString::fromStdString(fixedText(*token.margin, 2));
    return (token.marginIsBound ? tr("%1: %2 with p %3, at least %4 nat before the other's")
                                : tr("%1: %2 with p %3, %4 nat before the other's"))
        .arg(run, what, probability, margin);
}

ComparisonPanel::ComparisonPanel(QWidget *parent)
    : QWidget(parent)
    , m_answerText(textLabel(this, tr("Answers of A and B")))
    , m_kept(textLabel(this, tr("Kept patches of A and B")))
    , m_table(new QTableWidget(0, 4, this))
    , m_only(new QCheckBox(tr("Only what differs"), this))
    , m_copy(new QPushButton(tr("Copy as command"), this))
{
    m_answerText->setTextFormat(Qt::RichText);
    m_table->setHorizontalHeaderLabels({tr("What"), tr("A"), tr("B"), tr("B − A")});
    m_table->setAccessibleName(tr("What differs between A and B"));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setMinimumSectionSize(20);
    m_table->setWordWrap(false); // what has no room is in the tool tip
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false); // Tab goes on to the next control
    m_table->setFrameShape(QFrame::NoFrame);
    useFont(m_table, smallFactor);
    useFont(m_kept, smallFactor);
    m_only->setChecked(true);
    m_copy->setToolTip(tr("The command that makes both runs and prints what differs"));
    m_copy->setAccessibleName(tr("Copy the comparison as command"));
    auto *content = new QWidget(this);
    auto *bar = new QWidget(content);
    auto *row = new FlowLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_only);
    row->addWidget(m_copy);
    auto *rows = new QVBoxLayout(content);
    rows->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    rows->setSpacing(metrics::gap);
    rows->addWidget(m_answerText);
    rows->addWidget(m_kept);
    rows->addWidget(new WholeRows(m_table, content), 1);
    rows->addWidget(bar);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scrollAreaAround(content, this)); // large text in a low panel
    connect(m_only, &QCheckBox::toggled, this, &ComparisonPanel::fillTable);
    connect(m_copy, &QPushButton::clicked, this, &ComparisonPanel::commandWanted);
    fill();
}

void ComparisonPanel::setRuns(std::shared_ptr<const RunTrace> a, std::shared_ptr<const RunTrace> b)
{
    m_a = std::move(a);
    m_b = std::move(b);
    fill();
}

void ComparisonPanel::fill()
{
    const bool both = m_a && m_b;
    m_answerLines.clear();
    m_answers = both ? compareAnswers(m_a->answer, m_b->answer) : AnswerComparison();
    QStringList rich;
    if (both) {
        const PanelColours colours = panelColours(palette());
        const QString texts[]
            = {QString::fromStdString(m_a->answer.text).trimmed(), QString::fromStdString(m_b->answer.text).trimmed()};
        const QString verdict = m_answers.words.same
            ? tr("= same answer")
            : tr("≠ from word %1: “%2” against “%3”")
                  .arg(m_answers.words.firstDifference + 1)
                  .arg(QString::fromStdString(m_answers.words.word), QString::fromStdString(m_answers.words.otherWord));
        m_answerLines << tr("A: %1").arg(texts[0]) << tr("B: %1").arg(texts[1]) << verdict;
        for (const auto &[run, token] : {std::pair{tr("A"), m_answers.a}, {tr("B"), m_answers.b}})
            if (const QString text = token ? marginText(run, *token) : QString(); !text.isEmpty())
                m_answerLines << text;
        for (qsizetype i = 0; i < m_answerLines.size(); ++i) {
            const QString text = breakable(m_answerLines[i]).toHtmlEscaped();
            rich << (i < 2        ? QStringLiteral("<b>%1</b>").arg(text)
                         : i == 2 ? QStringLiteral("<b style='color:%1'>%2</b>")
                                        .arg((m_answers.words.same ? colours.good : colours.bad).name(), text)
                                  : text);
        }
    } else {
        m_answerLines << tr("Choose two runs: select one in Runs and press A, then select another.");
        rich << m_answerLines.front();
    }
    m_answerText->setText(rich.join(QStringLiteral("<br>")));
    const std::optional<KeptComparison> kept = both ? compareKept(*m_a, *m_b) : std::nullopt;
    m_kept->setText(kept ? tr("Kept patches: %1 in both, %2 only in A, %3 only in B, overlap (Jaccard) %4")
                                .arg(kept->both.size())
                                .arg(kept->onlyA.size())
                                .arg(kept->onlyB.size())
                                .arg(kept->jaccard, 0, 'f', 2)
                            + howKept(*keptSet(*m_a), *keptSet(*m_b))
                         : QString());
    m_kept->setVisible(kept.has_value());
    m_copy->setEnabled(both);
    fillTable();
}

void ComparisonPanel::fillTable()
{
    m_table->setRowCount(0);
    m_keys.clear();
    if (!m_a || !m_b)
        return;
    for (const ComparedValue &value : compareRuns(*m_a, *m_b)) {
        if (m_only->isChecked() && !value.differs())
            continue;
        const ComparedText text = comparedText(value);
        const int row = m_table->rowCount();
        m_table->insertRow(row);
        m_keys.push_back(value.key);
        const QString cells[] = {text.name, text.a, text.b, text.change};
        for (int column = 0; column < 4; ++column) {
            auto *item = new QTableWidgetItem(cells[column]);
            item->setToolTip(cells[column]);
            QFont font = m_table->font();
            font.setBold(column > 0 && value.differs() && !m_only->isChecked());
            item->setFont(font);
            m_table->setItem(row, column, item);
        }
    }
    constexpr int leastRows = 4;
    m_table->setMinimumHeight(m_table->horizontalHeader()->sizeHint().height()
                              + std::min(leastRows, m_table->rowCount())
                                  * m_table->verticalHeader()->defaultSectionSize());
    // As wide as their values, but an answer of many words leaves room for the names.
    const int most = 16 * m_table->fontMetrics().averageCharWidth();
    for (int column = 1; column < 4; ++column) {
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column), most));
    }
    updateMarks();
}

int ComparisonPanel::rowOf(const std::string &key) const
{
    const auto found = std::ranges::find(m_keys, key);
    return found == m_keys.end() ? -1 : int(found - m_keys.begin());
}

std::optional<int> ComparisonPanel::tokenOfRow(int row) const
{
    return row >= 0 && row == rowOf("answer") && m_answers.b && m_answers.b->token >= 0
        ? std::optional(m_answers.b->token)
        : std::nullopt;
}

std::vector<int> ComparisonPanel::highlighted(bool locked) const
{
    const int row = rowOf("answer");
    const std::optional<int> token = tokenOfRow(row);
    if (!m_selection || !token)
        return {};
    const auto &tokens = (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).answerTokens;
    return std::ranges::find(tokens, *token) == tokens.end() ? std::vector<int>() : std::vector<int>{row};
}

void ComparisonPanel::setSelection(Selection *selection)
{
    m_selection = selection;
    m_table->setMouseTracking(true);
    m_table->viewport()->installEventFilter(this);
    connect(m_table, &QTableWidget::cellEntered, this, [this](int row) {
        const std::optional<int> token = tokenOfRow(row);
        m_selection->hover(token ? std::optional<Target>(AnswerTarget{*token}) : std::nullopt);
    });
    connect(m_table, &QTableWidget::cellClicked, this, [this](int row) {
        if (const std::optional<int> token = tokenOfRow(row))
            m_selection->lock(AnswerTarget{*token}, LockMode::Replace);
    });
    connect(selection, &Selection::highlightChanged, this, &ComparisonPanel::updateMarks);
}

// A frame of its own would need a delegate: a mark in front says the same.
void ComparisonPanel::updateMarks()
{
    const int row = rowOf("answer");
    if (row < 0)
        return;
    const QString mark = !highlighted(true).empty() ? QStringLiteral("● ")
        : !highlighted(false).empty()               ? QStringLiteral("○ ")
                                                    : QString();
    m_table->item(row, 0)->setText(mark + tr("Answer"));
}

bool ComparisonPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Leave && m_selection)
        m_selection->hover(std::nullopt);
    return QWidget::eventFilter(watched, event);
}

void ComparisonPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        fill();
}

QString ComparisonPanel::answersText() const
{
    return m_answerLines.join(u'\n');
}

QString ComparisonPanel::keptText() const
{
    return m_kept->text();
}

} // namespace qmop

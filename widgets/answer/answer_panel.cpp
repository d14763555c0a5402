// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/answer/answer_panel.h"

#include "qmop/comparison.h"
#include "widgets/answer/token_bars.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/breakable_text.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qmop {

namespace {

// Longer than any question that a person types; the engine says what it cuts.
constexpr int maxQuestionLength = 200'000;

QString noSuggestions()
{
    return AnswerPanel::tr("None are known for this picture: type your own");
}

QLabel *textLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText); // an answer is data, never markup
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    return label;
}

}

QString pictureDistanceText(const RunTrace &trace)
{
    return trace.pictureDistance
        ? AnswerPanel::tr(
              "Distance of the picture from those that the model was trained on: %1 (98 % of such lie below 1)")
              .arg(*trace.pictureDistance, 0, 'f', 2)
        : QString();
}

AnswerPanel::AnswerPanel(QWidget *parent)
    : QWidget(parent)
    , m_question(new QLineEdit(this))
    , m_suggestButton(new QPushButton(this))
    , m_suggestMenu(new QMenu(this))
    , m_answer(textLabel(this))
    , m_state(textLabel(this))
    , m_attention(new QToolButton(this))
    , m_tokens(new TokenBars(this))
    , m_comparison(textLabel(this))
    , m_notices(new ElidedLabel(this))
{
    m_question->setPlaceholderText(tr("Ask something about the picture"));
    m_question->setAccessibleName(tr("Question"));
    m_question->setMaxLength(maxQuestionLength);
    m_question->setClearButtonEnabled(true);
    m_suggestButton->setText(tr("Suggested"));
    m_suggestButton->setMenu(m_suggestMenu);
    m_suggestButton->setAccessibleName(tr("Suggested questions"));
    useFont(m_answer, 1.45, true);
    m_answer->setAccessibleName(tr("Answer"));
    m_answer->setObjectName(QStringLiteral("answerText"));
    useFont(m_state, smallFactor);
    m_comparison->setTextFormat(Qt::RichText);
    useFont(m_notices, smallFactor);

    auto *questionRow = new QHBoxLayout;
    questionRow->setSpacing(metrics::gap);
    questionRow->addWidget(m_question, 1);
    questionRow->addWidget(m_suggestButton);
    auto *answerRow = new QHBoxLayout;
    answerRow->addWidget(m_answer, 1);
    answerRow->addWidget(m_state, 0, Qt::AlignRight | Qt::AlignVCenter);
    m_attention->setText(tr("Answer attention"));
    m_attention->setCheckable(true);
    m_attention->setFocusPolicy(Qt::StrongFocus);
    m_attention->setToolTip(
        tr("Also record which patches each token of the answer attended to; layer and head "
           "are chosen above the picture. Runs the question again where the run shown has not; then point at a "
           "token below."));
    useFont(m_attention, smallFactor);
    answerRow->addWidget(m_attention, 0, Qt::AlignRight | Qt::AlignVCenter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    layout->setSpacing(metrics::gap);
    layout->addLayout(questionRow);
    layout->addLayout(answerRow);
    layout->addWidget(makeDetails(), 1);
    m_state->setWordWrap(false);

    connect(m_question, &QLineEdit::textChanged, this, &AnswerPanel::questionChanged);
    connect(m_question, &QLineEdit::returnPressed, this, &AnswerPanel::runRequested);
    connect(m_attention, &QToolButton::toggled, this, &AnswerPanel::attentionToggled);
    setSuggestions({});
    setTrace(nullptr);
}

// What a small window may scroll; question and answer stay.
QWidget *AnswerPanel::makeDetails()
{
    auto *details = new QWidget(this);
    auto *layout = new QVBoxLayout(details);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::gap);
    layout->addWidget(m_comparison);
    layout->addWidget(m_notices); // before what may have to be scrolled to
    layout->addWidget(m_tokens);
    layout->setAlignment(Qt::AlignTop);
    auto *scroll = m_details = new QScrollArea(this);
    scroll->viewport()->installEventFilter(this);
    scroll->setWidget(details);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(tr("Details of the answer"));
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumHeight(m_tokens->minimumSizeHint().height() + fontMetrics().height()
                             + QFontMetrics(smallFont(this)).height() + 2 + 2 * metrics::gap);
    return scroll;
}

void AnswerPanel::setSelection(Selection *selection)
{
    connect(m_tokens, &TokenBars::tokenHovered, selection, [selection](int token) {
        selection->hover(token < 0 ? std::nullopt : std::optional<Target>(AnswerTarget{token}));
    });
    connect(m_tokens, &TokenBars::tokenClicked, selection,
            [selection](int token, LockMode mode) { selection->lock(AnswerTarget{token}, mode); });
    connect(selection, &Selection::highlightChanged, m_tokens, [this, selection] {
        m_tokens->setHighlights(selection->hoverHighlight().answerTokens, selection->lockHighlight().answerTokens);
    });
}

const std::vector<int> &AnswerPanel::highlighted(bool locked) const
{
    return m_tokens->highlighted(locked);
}

bool AnswerPanel::wantsAttention() const
{
    return m_attention->isChecked();
}

QString AnswerPanel::question() const
{
    return m_question->text();
}

void AnswerPanel::setQuestion(const QString &question)
{
    m_question->setText(question);
    m_question->setCursorPosition(0);
}

void AnswerPanel::focusQuestion()
{
    m_question->setFocus();
    m_question->selectAll();
}

void AnswerPanel::setSuggestions(const QStringList &questions)
{
    m_suggestMenu->clear();
    for (const QString &question : questions) {
        QAction *action = m_suggestMenu->addAction(question, this, [this, question] {
            setQuestion(question);
            emit runRequested();
        });
        action->setData(question);
    }
    if (questions.isEmpty()) // the reason is where people look for the questions
        m_suggestMenu->addAction(noSuggestions())->setEnabled(false);
    m_suggestButton->setToolTip(questions.isEmpty() ? noSuggestions() : tr("Questions that suit this picture"));
}

QStringList AnswerPanel::suggestions() const
{
    QStringList questions;
    for (const QAction *action : m_suggestMenu->actions())
        if (action->isEnabled())
            questions << action->data().toString();
    return questions;
}

void AnswerPanel::markSuggestion(const QString &question, const QString &mark)
{
    for (QAction *action : m_suggestMenu->actions())
        if (action->data().toString() == question) // a tab: the menu's right column
            action->setText(mark.isEmpty() ? question : question + u'\t' + mark);
}

QString AnswerPanel::suggestionMark(const QString &question) const
{
    for (const QAction *action : m_suggestMenu->actions())
        if (action->data().toString() == question)
            return action->text().section(u'\t', 1);
    return {};
}

void AnswerPanel::warnOfOlder(bool othersShowOlder)
{
    setNotices(othersShowOlder ? QStringList(tr("The other panels still show the run before.")) : QStringList(), {});
}

void AnswerPanel::setState(const QString &text)
{
    m_stateWords = text;
    showState();
}

void AnswerPanel::setRunMark(const QString &mark)
{
    m_runMark = mark;
    showState();
}

void AnswerPanel::showState()
{
    QStringList words{m_stateWords, m_runMark};
    words.removeAll(QString());
    m_state->setText(words.join(QStringLiteral(" · ")));
    m_state->setVisible(!words.isEmpty());
}

void AnswerPanel::beginAnswer()
{
    m_trace.reset();
    m_answer->setText(QStringLiteral("…"));
    m_tokens->setTokens({});
    setNotices({}, {});
    setState(tr("running"));
    updateComparison();
}

void AnswerPanel::showPartial(const QString &text, const std::vector<DecodedToken> &tokens)
{
    m_answer->setText(text.isEmpty() ? QStringLiteral("…") : breakable(text));
    m_tokens->setTokens(tokens);
}

void AnswerPanel::markCancelled(const QString &partialAnswer, bool othersShowOlder)
{
    warnOfOlder(othersShowOlder);
    m_answer->setText(partialAnswer.isEmpty() ? QStringLiteral("–") : breakable(partialAnswer));
    setState(tr("cancelled"));
}

void AnswerPanel::markFailed(bool othersShowOlder)
{
    warnOfOlder(othersShowOlder);
    m_answer->setText(QStringLiteral("–"));
    setState(tr("failed"));
}

void AnswerPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    if (!m_trace) {
        m_answer->setText(QStringLiteral("–"));
        m_tokens->setTokens({});
        setState({});
        setNotices({}, {});
        updateComparison();
        return;
    }
    const QString text = QString::fromUtf8(m_trace->answer.text).trimmed();
    m_answer->setText(text.isEmpty() ? tr("(empty answer)") : breakable(text));
    m_tokens->setTokens(m_trace->answer.tokens);
    setState(m_trace->answer.complete ? QString() : tr("cut at %1 tokens").arg(m_trace->answer.tokens.size()));
    QStringList notices;
    for (const std::string &notice : m_trace->notices)
        notices << QStringLiteral("⚠ ") + QString::fromUtf8(notice);
    setNotices(notices, pictureDistanceText(*m_trace));
    updateComparison();
}

void AnswerPanel::setReference(std::shared_ptr<const RunTrace> reference)
{
    m_reference = std::move(reference);
    updateComparison();
}

void AnswerPanel::updateComparison()
{
    m_comparisonLines.clear();
    QStringList rich;
    const PanelColours colours = panelColours(palette());
    const auto add = [&](const QString &who, const Answer &other) {
        const QString text = QString::fromUtf8(other.text).trimmed();
        const AnswerDiff diff = compareAnswers(std::string_view(m_trace->answer.text), std::string_view(other.text));
        QString verdict = diff.same ? tr("same") : tr("different");
        if (!diff.same && diff.firstDifference > 0)
            verdict = tr("differs from word %1").arg(diff.firstDifference + 1);
        m_comparisonLines << tr("%1: %2 · %3").arg(who, text, verdict);
        // A mark as well as a colour.
        rich << QStringLiteral("<span style='color:%1'>%2:</span> %3 &nbsp;<b style='color:%4'>%5 %6</b>")
                    .arg(colours.muted.name(), who.toHtmlEscaped(), breakable(text).toHtmlEscaped(),
                         (diff.same ? colours.good : colours.bad).name(),
                         diff.same ? QStringLiteral("=") : QStringLiteral("≠"), verdict.toHtmlEscaped());
    };
    if (m_trace && m_trace->uncompressed && m_trace->request.compressor != "none")
        add(tr("uncompressed"), *m_trace->uncompressed);
    if (m_trace && m_reference && m_reference != m_trace)
        add(tr("pinned run"), m_reference->answer);
    m_comparison->setText(rich.join(QStringLiteral("<br>")));
    m_comparison->setVisible(!rich.isEmpty());
    fitNotices();
}

void AnswerPanel::setNotices(const QStringList &notices, const QString &more)
{
    m_noticesText = notices.join(u'\n');
    m_notices->setText(notices.join(QChar::LineSeparator));
    m_notices->setAccessibleName(m_noticesText);
    m_notices->setToolTip(more.isEmpty() ? m_noticesText : m_noticesText + u'\n' + more);
    m_notices->setVisible(!notices.isEmpty());
    fitNotices();
}

// As many lines as leave the tokens and their probabilities in sight.
void AnswerPanel::fitNotices()
{
    if (m_noticesText.isEmpty())
        return;
    const QSize room = m_details->viewport()->size();
    const int others = m_tokens->heightForWidth(room.width()) + metrics::gap
        + (m_comparison->isHidden() ? 0 : m_comparison->heightForWidth(room.width()) + metrics::gap);
    const int lines = (room.height() - others - 2) / m_notices->fontMetrics().height();
    m_notices->setLines(std::clamp(lines, 1, std::max(1, m_notices->neededLines(room.width()))));
}

bool AnswerPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && watched == m_details->viewport())
        fitNotices();
    return QWidget::eventFilter(watched, event);
}

QString AnswerPanel::answerText() const
{
    return withoutBreaks(m_answer->text());
}

QString AnswerPanel::stateText() const
{
    return m_state->text();
}

QString AnswerPanel::comparisonText() const
{
    return m_comparisonLines.join(u'\n');
}

QString AnswerPanel::noticesText() const
{
    return m_noticesText;
}

void AnswerPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateComparison();
}

} // namespace qmop

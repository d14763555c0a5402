// SPDX-License-Identifier: GPL-3.0-or-later
//
// The question, and the answer as it comes: streamed, with the probability of
// every token, beside the answer of all N tokens and of the pinned run.
#pragma once

#include "qmop/run_trace.h"

#include <QStringList>
#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace qmop {

class ElidedLabel;
class Selection;
class TokenBars;

// How far the run's picture is from the model's training pictures; empty where the model does not say.
QString pictureDistanceText(const RunTrace &trace);

class AnswerPanel : public QWidget {
    Q_OBJECT

public:
    explicit AnswerPanel(QWidget *parent = nullptr);

    QString question() const;
    void setQuestion(const QString &question);
    void setSuggestions(const QStringList &questions);
    QStringList suggestions() const;
    // A few words beside a suggested question; empty: none.
    void markSuggestion(const QString &question, const QString &mark);
    QString suggestionMark(const QString &question) const;
    void focusQuestion();

    // A run has begun; its answer streams in.
    void beginAnswer();
    void showPartial(const QString &text, const std::vector<DecodedToken> &tokens);
    // The run ended early; what came is kept and marked.
    // `othersShowOlder`: the other panels still speak of the run before.
    void markCancelled(const QString &partialAnswer, bool othersShowOlder = false);
    void markFailed(bool othersShowOlder = false);
    // Null clears the answer.
    void setTrace(std::shared_ptr<const RunTrace> trace);
    // Says beside the answer which run it belongs to; empty: nothing to say.
    void setRunMark(const QString &mark);
    // Run to compare with, or null.
    void setReference(std::shared_ptr<const RunTrace> reference);

    QString answerText() const;
    QString stateText() const;
    QString comparisonText() const; // "uncompressed: fox · same", one line per comparison
    QString noticesText() const;
    QLineEdit *questionEdit() const { return m_question; }
    TokenBars *tokenBars() const { return m_tokens; }
    // Runs are to record what each token of the answer attended to.
    bool wantsAttention() const;
    QToolButton *attentionButton() const { return m_attention; }
    // Tokens of the answer read and write it.
    void setSelection(Selection *selection);
    // Tokens of the answer that light up.
    const std::vector<int> &highlighted(bool locked) const;

signals:
    void questionChanged(const QString &question);
    void runRequested();
    void attentionToggled(bool wanted);

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void updateComparison();
    void setState(const QString &text);
    void showState();
    void warnOfOlder(bool othersShowOlder);
    QWidget *makeDetails();
    void setNotices(const QStringList &notices, const QString &more);
    void fitNotices();

    QLineEdit *m_question;
    QPushButton *m_suggestButton;
    QMenu *m_suggestMenu;
    QLabel *m_answer;
    QLabel *m_state;
    QToolButton *m_attention;
    TokenBars *m_tokens;
    QLabel *m_comparison;
    ElidedLabel *m_notices;
    std::shared_ptr<const RunTrace> m_trace;
    std::shared_ptr<const RunTrace> m_reference;
    QScrollArea *m_details = nullptr; // below question and answer
    QStringList m_comparisonLines;
    QString m_noticesText;
    QString m_stateWords;
    QString m_runMark;
};

} // namespace qmop

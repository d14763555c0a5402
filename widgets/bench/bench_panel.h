// SPDX-License-Identifier: GPL-3.0-or-later
//
// The benchmark suite: its questions about the picture shown, with answers and
// whether they are right, and the scores per dimension. Name, version and
// scorer of the suite are always visible: figures of one suite say nothing
// about another of the same family.
#pragma once

#include "widgets/bench/bench_values.h"

#include <QHash>
#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QTableWidget;
class QToolButton;

namespace qmop {

class ElidedLabel;
class Selection;

class BenchPanel : public QWidget {
    Q_OBJECT

public:
    explicit BenchPanel(QWidget *parent = nullptr);

    // Null: no suite is there. Answers are forgotten.
    void setSuite(std::shared_ptr<const Suite> suite);
    // Controls of a suite that can be edited, below its name.
    void setTools(QWidget *tools);
    // In place of the questions, where there are none about the picture.
    void setHint(const QString &hint);
    // `image` as the suite names it; empty: the picture is not part of it.
    void setPicture(const QString &image);
    // Kept for this window; a later answer of the same method replaces it.
    void addAnswer(const QString &sampleId, const BenchAnswer &answer);
    void setAnswers(QHash<QString, std::vector<BenchAnswer>> answers); // of all samples
    // Of the row that the keyboard is at; empty for none.
    QString currentSample() const;
    void setCurrentSample(const QString &id);
    // `note` stands in place of the scores where there are none.
    void setResults(std::vector<BenchRow> rows, const QString &note = {});

    QString suiteText() const;
    QTableWidget *questions() const { return m_questions; }
    QTableWidget *scores() const { return m_scores; }
    QString scoresNote() const;
    QToolButton *nextButton() const { return m_next; }
    QToolButton *previousButton() const { return m_previous; }

    // Questions read and write it: a row stands for its question.
    void setSelection(Selection *selection);
    // Rows whose question lights up, ascending.
    std::vector<int> highlighted(bool locked) const;

    // Steps to another picture of the suite, around the ends.
    void step(int by);

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void pictureChosen(const QString &image);
    void questionChosen(const QString &question); // to be asked: by a double click or Enter

private:
    QWidget *makeBar();
    void fillQuestions();
    void fillScores();
    void fitScores();
    void showHighlights();

    Selection *m_selection = nullptr;
    std::shared_ptr<const Suite> m_suite;
    std::vector<QString> m_pictures; // in the order of the suite, once each
    QString m_picture;
    QString m_ownHint;
    QHash<QString, std::vector<BenchAnswer>> m_answers; // by sample
    std::vector<BenchRow> m_results;

    ElidedLabel *m_title;
    QLabel *m_position;
    QLabel *m_hint; // in place of the questions where there are none
    QToolButton *m_previous;
    QToolButton *m_next;
    QTableWidget *m_questions;
    QTableWidget *m_scores;
    QLabel *m_scoresNote;
};

} // namespace qmop

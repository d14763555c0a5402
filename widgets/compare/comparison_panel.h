// SPDX-License-Identifier: GPL-3.0-or-later
//
// What differs between runs A and B: the answers with the first word that differs
// and how decided either model was there, and a table of settings, costs and times.
#pragma once

#include "qmop/comparison.h"

#include <QWidget>

#include <memory>
#include <optional>

class QCheckBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace qmop {

class Selection;

class ComparisonPanel : public QWidget {
    Q_OBJECT

public:
    explicit ComparisonPanel(QWidget *parent = nullptr);

    // Null: nothing to compare.
    void setRuns(std::shared_ptr<const RunTrace> a, std::shared_ptr<const RunTrace> b);
    // The row of the answers stands for the token of B at which they part.
    void setSelection(Selection *selection);

    QString answersText() const;
    QString keptText() const;
    QTableWidget *table() const { return m_table; }
    QCheckBox *onlyDifferences() const { return m_only; }
    QPushButton *copyButton() const { return m_copy; }
    // Rows that light up.
    std::vector<int> highlighted(bool locked) const;
    // The row with that key, -1: not shown.
    int rowOf(const std::string &key) const;

signals:
    void commandWanted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fill();
    void fillTable();
    void updateMarks();
    std::optional<int> tokenOfRow(int row) const;

    std::shared_ptr<const RunTrace> m_a;
    std::shared_ptr<const RunTrace> m_b;
    Selection *m_selection = nullptr;
    AnswerComparison m_answers;
    std::vector<std::string> m_keys; // of the table's rows
    QStringList m_answerLines;
    QLabel *m_answerText;
    QLabel *m_kept;
    QTableWidget *m_table;
    QCheckBox *m_only;
    QPushButton *m_copy;
};

// A row in words: its name and its cells. A difference of numbers has its sign.
struct ComparedText {
    QString name;
    QString a;
    QString b;
    QString change; // empty for text
};
ComparedText comparedText(const ComparedValue &value);

// "A preferred it to the other's by 1.20 nat (p .60)"; empty where nothing is known.
QString marginText(const QString &run, const DecidingToken &token);

} // namespace qmop

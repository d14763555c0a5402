// SPDX-License-Identifier: GPL-3.0-or-later
//
// One picture under many budgets and compressors, or under many questions: what
// changes the answer, and which patches survive.
#pragma once

#include "qmop/sweep.h"

#include <QStringList>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QTableWidget;

namespace qmop {

class CompressorBoxes;
class PatchMultiples;
class RouterSimplex;
class Selection;

// What a person asks for on the first tab.
struct BudgetSweepChoice {
    std::vector<std::string> compressors;
    std::vector<int> budgets;
    std::string answer; // to be scored; empty: the uncompressed one
};

// "64, 36 16" -> {64, 36, 16}; nullopt for anything that is no list of whole
// numbers from 1.
std::optional<std::vector<int>> budgetsFromText(const QString &text);

class SweepPanel : public QWidget {
    Q_OBJECT

public:
    explicit SweepPanel(QWidget *parent = nullptr);

    // Why no sweep can start; empty where one can. A sweep that runs says so itself.
    void setObstacle(const QString &obstacle);
    void setDefaultBudgets(const std::vector<int> &budgets);
    void setSuggestedQuestions(const QStringList &questions); // where nothing was typed yet
    void setRunning(bool running); // one of this panel's sweeps
    // `left`: seconds, where they can be told.
    void setProgress(int done, int total, const QString &what, std::optional<double> left);

    BudgetSweepChoice choice() const;
    QStringList questions() const;

    // What the next sweep over budgets leaves out and why, one line each; stands below its summary.
    void setLeftOut(const QStringList &lines) { m_leftOut = lines; }

    // Results, replaced as they grow. `kept` [cells][...]: empty where the answer came through none.
    // `notAsked`: rows that are still to come, or never will where the sweep was stopped.
    void showBudgets(const SweepCell &reference, const std::vector<SweepCell> &cells,
                     const std::vector<std::vector<int>> &kept, const PatchGrid &grid, int notAsked = 0);
    void showQuestions(const std::vector<QuestionCell> &cells, const PatchGrid &grid, int notAsked = 0);
    void clearBudgets(); // no sweep has been made
    void showTab(bool overQuestions);

    // Sweeps that can be shown again, the newest first; a choice where there are several.
    void setKept(const QStringList &titles, int current);
    QComboBox *keptBox() const { return m_kept; }

    // Questions of the last sweep read and write it.
    void setSelection(Selection *selection);

    QString summary() const;
    QString questionSummary() const;
    RouterSimplex *simplex() const { return m_simplex; }
    CompressorBoxes *compressors() const { return m_compressors; }
    QTableWidget *budgetTable() const { return m_table; }
    QTableWidget *overlapTable() const { return m_overlap; }
    PatchMultiples *budgetMaps() const { return m_budgetMaps; }
    PatchMultiples *questionMaps() const { return m_questionMaps; }

signals:
    void keptChosen(int index); // of setKept()
    void budgetsRequested();
    void questionsRequested();
    void stopRequested();
    void budgetCommandWanted();
    void questionCommandWanted();
    // A row or map of the last sweep of that kind; -1: the uncompressed reference.
    void budgetActivated(int index);
    // More than looked at: a double click or Enter on its row. Behind budgetActivated().
    void budgetOpened(int index);
    void questionActivated(int index);

private:
    QWidget *makeBudgets();
    QWidget *makeQuestions();
    void updateButtons();
    static QStringList summaryLines(const std::vector<SweepCell> &cells);
    void fillOverlap(const std::vector<QuestionCell> &cells);

    QString m_obstacle;
    QStringList m_leftOut;
    bool m_running = false;
    QComboBox *m_kept = nullptr;
    QTabWidget *m_tabs = nullptr;
    CompressorBoxes *m_compressors = nullptr;
    QLineEdit *m_budgets = nullptr;
    QLineEdit *m_answer = nullptr;
    QTableWidget *m_table = nullptr;
    QLabel *m_summary = nullptr;
    QLabel *m_questionSummary = nullptr; // where there is something to say
    PatchMultiples *m_budgetMaps = nullptr;
    std::vector<int> m_mapped; // the cell of each map
    std::vector<int> m_routed; // the question of each point
    QPlainTextEdit *m_questions = nullptr;
    PatchMultiples *m_questionMaps = nullptr;
    RouterSimplex *m_simplex = nullptr;
    QTableWidget *m_overlap = nullptr;
    std::array<QPushButton *, 2> m_start{};
    std::array<QPushButton *, 2> m_stop{};
    std::array<QPushButton *, 2> m_copy{};
    std::array<QLabel *, 2> m_progress{};
};

} // namespace qmop

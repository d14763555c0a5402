// SPDX-License-Identifier: GPL-3.0-or-later
//
// The toolbar: what to run, and Run or Cancel. Three bars, so that a narrow window
// or large text breaks the line between them.
#pragma once

#include "qmop/run_request.h"

#include <QToolBar>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;

namespace qmop {

class BudgetSlider;
class ElidedLabel;

class RunControls : public QToolBar {
    Q_OBJECT

public:
    explicit RunControls(QWidget *parent = nullptr);

    // Trained budgets of the model, ascending, and its number of patches.
    void setBudgets(const std::vector<int> &budgets, int patches);
    void setModelName(const QString &name, const QString &toolTip);
    // As if the person had chosen them; what this model does not have stays as it is.
    void choose(const std::string &compressor, int budget);
    // Writes compressor, budget and fusion mode.
    void fill(RunRequest &request) const;

    // The settings of a request, as far as there are such here.
    void take(const RunRequest &request);

    // Shows Run, enabled where `obstacle` is empty; otherwise it says why.
    void showReady(const QString &obstacle);
    void showRunning();
    void showCancelling();

    // Visual tokens of the next run.
    int budget() const;
    // The bars behind this one: what is chosen, then Run and Cancel.
    QToolBar *choiceBar() const { return m_choices; }
    QToolBar *runBar() const { return m_runBar; }
    // By how much the words that say why Run is disabled can shorten themselves.
    int obstacleWidth() const;
    QPushButton *runButton() const { return m_run; }
    QPushButton *cancelButton() const { return m_cancel; }
    QComboBox *compressorBox() const { return m_compressor; }
    QComboBox *fusionBox() const { return m_fusion; }
    BudgetSlider *budgetSlider() const { return m_budget; }
    std::string compressor() const; // "qmop", "pool", ...
    const std::vector<int> &trainedBudgets() const { return m_budgets; } // ascending
    int patches() const { return m_patches; } // of the model; 0: none is open
    QString obstacle() const;

signals:
    void openRequested();
    void pasteRequested();
    void modelRequested();
    void runRequested();
    void cancelRequested();
    void settingsChanged();

private:
    void addChoices();
    void addBudget();
    void updateBudget();
    void updateStops();

    QToolBar *m_choices;
    QToolBar *m_runBar;
    QPushButton *m_model;
    QComboBox *m_compressor;
    QComboBox *m_fusion;
    BudgetSlider *m_budget;
    QLabel *m_budgetLabel;
    QPushButton *m_run;
    QPushButton *m_cancel;
    ElidedLabel *m_obstacle;
    std::vector<int> m_budgets;
    int m_patches = 0;
};

} // namespace qmop

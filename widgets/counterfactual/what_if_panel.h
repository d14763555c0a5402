// SPDX-License-Identifier: GPL-3.0-or-later
//
// "What if": force a branch, drag the weights, move λ and η, brush patches in or
// out, look for the patch that would have changed the answer. What is recorded
// redraws at once; the engine is asked when a control is let go, or on Run.
#pragma once

#include "widgets/counterfactual/edit.h"

#include <QWidget>

#include <array>
#include <memory>
#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QToolButton;
class QTreeWidget;

namespace qmop {

class AlphaTriangle;
class Selection;

class WhatIfPanel : public QWidget {
    Q_OBJECT

public:
    explicit WhatIfPanel(Selection *selection, QWidget *parent = nullptr);

    // A run without overrides becomes the original; one with is shown as the result
    // of an edit of it.
    void setTrace(std::shared_ptr<const RunTrace> trace);
    // While a run goes on nothing new is asked for; edits go on and are asked for then.
    void setRunning(bool running);
    // Of another budget: goes before the edit's until reset.
    void setBudgetPreview(std::optional<KeptPreview> preview);
    void setSearchProgress(qint64 done, qint64 total);

    const Edit &edit() const { return m_edit; }
    BrushMode brush() const { return m_brush; }
    std::optional<KeptPreview> shownPreview() const; // nullopt: no edit, or none possible
    QString resultText() const;
    QString obstacleText() const;

    AlphaTriangle *triangle() const { return m_triangle; }
    QSlider *lambdaSlider() const { return m_lambda; }
    QSlider *etaSlider() const { return m_eta; }
    QTreeWidget *foundPatches() const { return m_found; }

public slots:
    void brushPatches(const std::vector<int> &patches);
    void settle(); // a control was let go: runs the edit where that is asked for
    void reset(); // back to the original run
    // What undo and redo bring back; nothing is asked for, and no step announced.
    void setOverrides(const qmop::Overrides &overrides);

signals:
    void previewChanged();
    // An edit came to rest: a drag, a stroke of the brush, a click.
    void edited(const qmop::Overrides &before, const qmop::Overrides &after);
    void brushChanged(bool on);
    // The request's picture is the caller's to fill in.
    void runRequested(const qmop::RunRequest &request);
    void commandWanted(const qmop::RunRequest &request);

private:
    QWidget *makeBranchRow();
    QWidget *makeWeights();
    QWidget *makeScores();
    QWidget *makeBrushRow();
    QWidget *makeResult();
    QWidget *makeSearch();
    void announceEdit();
    void changed(); // redraws from the record
    void showScores();
    void showResult();
    void refill(); // original and result
    void keepSearch(const std::shared_ptr<const RunTrace> &trace);
    std::shared_ptr<const RunTrace> searchOfOriginal() const; // the newest; null: none
    void fillFound();
    void addFound(const QString &mark, int patch, double gain, const QString &answer);
    void showSearch();
    void markFound();
    void setForced(std::optional<Branch> branch);
    void showFound();
    void useFound();
    double etaAt(int position) const;
    int positionOf(double eta) const;

    Selection *m_selection;
    Edit m_edit;
    std::shared_ptr<const RunTrace> m_result; // of an edit
    // Searches belong to the run that was searched: its edits leave them, and they come
    // back with it. Newest last.
    std::vector<std::shared_ptr<const RunTrace>> m_searches;
    std::shared_ptr<const RunTrace> m_listed; // the search in the table; null: none
    std::optional<KeptPreview> m_budgetPreview;
    Overrides m_asked; // of the newest request
    Overrides m_settled; // as the edit came to rest last
    BrushMode m_brush = BrushMode::Off;
    bool m_running = false;
    bool m_waiting = false; // an edit came to rest while a run went on
    bool m_filling = false;

    QWidget *m_controls = nullptr;
    QWidget *m_branchRow = nullptr;
    std::array<QPushButton *, 4> m_force{}; // router, P, R, K
    std::array<QCheckBox *, 3> m_on{};
    AlphaTriangle *m_triangle = nullptr;
    QLabel *m_weights = nullptr;
    QSlider *m_lambda = nullptr;
    QLabel *m_lambdaText = nullptr;
    QCheckBox *m_useEta = nullptr;
    QSlider *m_eta = nullptr;
    QLabel *m_etaText = nullptr;
    std::array<QToolButton *, 4> m_brushes{};
    QLabel *m_pins = nullptr;
    QLabel *m_obstacle = nullptr;
    QLabel *m_resultText = nullptr;
    QCheckBox *m_auto = nullptr;
    QPushButton *m_run = nullptr;
    QPushButton *m_reset = nullptr;
    QPushButton *m_copy = nullptr;
    QLineEdit *m_target = nullptr;
    QSpinBox *m_rounds = nullptr;
    QPushButton *m_search = nullptr;
    QPushButton *m_copySearch = nullptr;
    QLabel *m_searchText = nullptr;
    QTreeWidget *m_found = nullptr;
    QPushButton *m_useFound = nullptr;
};

} // namespace qmop

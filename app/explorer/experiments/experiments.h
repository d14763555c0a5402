// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits, searches and sweeps: between their panels and the window's one engine.
#pragma once

#include "app/explorer/engine/model_folder.h"
#include "qmop/figure.h"
#include "qmop/stored_sweep.h"
#include "qmop/sweep.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

class ImageView;
class SweepPanel;
class WhatIfPanel;

// The window's side.
struct ExperimentHost {
    std::function<RunRequest()> request; // as Run would send it
    std::function<QString()> obstacle; // why Run is disabled
    std::function<void(RunRequest request, bool shown)> start; // `shown`: the answer streams into the window
    // What has answered the request, made from the panel's edit, already; null: nothing.
    std::function<std::shared_ptr<const RunTrace>(const RunRequest &)> answered;
    std::function<void()> cancel;
    // Into the history. Its uid there, or empty where it could not be written.
    std::function<std::string(std::shared_ptr<const RunTrace>)> record;
    std::function<std::shared_ptr<const RunTrace>(const std::string &uid)> stored; // null: not there any more
    std::function<void(std::shared_ptr<const RunTrace>)> show;
    std::function<void(const RunRequest &)> adopt; // question, compressor and budget into the controls, between runs
    std::function<ImageSource()> picture; // of the run shown
    std::function<ImageSource(const RunTrace &)> pictureOf; // empty: not known any more
    std::function<void(const QString &what, const QString &hint)> notice;
    std::function<void(const QString &)> hint; // for a moment
};

class Experiments : public QObject {
    Q_OBJECT

public:
    Experiments(ImageView *view, ExperimentHost host, QObject *parent);

    // The panels come later: without them nothing can be edited, or swept.
    void setWhatIfPanel(WhatIfPanel *panel);
    void setSweepPanel(SweepPanel *panel);

    // The model or the suggested questions changed.
    void setModel(const std::optional<ModelFolder> &model);
    void setSuggestedQuestions(const QStringList &questions);
    // Whether Run is possible or a run goes on may have changed.
    void updateState(bool running);
    void showProgress(const QString &stage, qint64 done, qint64 total);

    // The run that goes on belongs to a sweep: its answer is not the window's.
    bool sweeps() const { return m_sweep != nullptr; }
    // A sweep's run has finished, and the next one begins. False: none was going on.
    bool take(const std::shared_ptr<const RunTrace> &trace);
    // The last sweep over budgets, where it is of this run's question and picture.
    std::optional<FigureSweep> sweepOf(const RunTrace &trace) const;
    // One that comes with a figure of this run: its cells, whose runs are asked again
    // as they are opened. `modelProblem`: why the open model would answer otherwise.
    void showSweep(const FigureSweep &sweep, std::shared_ptr<const RunTrace> trace,
                   std::function<QString()> modelProblem);
    // One that a session kept, of whose runs `trace` is one: rows open their runs,
    // and ask again what is not there any more.
    void showStored(const StoredSweep &sweep, std::shared_ptr<const RunTrace> trace,
                    std::function<QString()> modelProblem);
    // Another session was opened, without a sweep of that kind.
    void clearSweep(bool overQuestions);
    // The run was cancelled or failed, and the sweep with it: what it has stays.
    void stop();

signals:
    // Another row; `sweep` has all of them so far.
    void sweepGrew(const qmop::StoredSweep &sweep);

private:
    struct Step {
        RunRequest request;
        SweepPoint point; // of a sweep over budgets
        QString what;
    };
    struct Sweep {
        bool overQuestions = false;
        std::vector<Step> steps; // of a sweep over budgets the uncompressed run first
        std::size_t next = 0;
        QElapsedTimer clock = {};
    };

    void askEdit(const RunRequest &request);
    void startBudgets();
    void startQuestions();
    void begin(Sweep sweep);
    void startNext();
    void takeBudget(const SweepPoint &point, const std::shared_ptr<const RunTrace> &trace);
    static StoredSweep newSweep(bool overQuestions);
    void grow(StoredSweep &sweep, const std::string &run, const RunTrace &trace);
    std::shared_ptr<const RunTrace> storedRun(const StoredSweep &sweep, std::size_t row) const;
    void open(const std::shared_ptr<const RunTrace> &trace); // of a row
    bool showCell(int index); // false: its run is not here
    void showQuestion(int index);
    void askCellAgain(int index);
    void takeAgain(int index, const std::shared_ptr<const RunTrace> &trace);
    QString obstacleAgain() const;
    RunRequest budgetBase() const;
    RunRequest withPicture(RunRequest request) const;
    void copy(const std::string &command) const;

    WhatIfPanel *m_whatIf = nullptr;
    SweepPanel *m_panel = nullptr;
    ImageView *m_view;
    ExperimentHost m_host;
    std::optional<ModelFolder> m_model;
    QStringList m_suggested; // questions
    bool m_running = false;
    std::unique_ptr<Sweep> m_sweep; // while one goes on

    // Results of the newest sweeps.
    std::shared_ptr<const RunTrace> m_reference;
    SweepCell m_referenceCell;
    std::string m_sweptPicture; // SHA-256
    std::string m_sweptQuestion;
    std::vector<SweepCell> m_cells;
    std::vector<std::vector<int>> m_kept; // beside m_cells
    int m_notAsked = 0; // cells that the sweep was to have beside these
    std::vector<std::shared_ptr<const RunTrace>> m_cellTraces; // beside m_cells; null: not here
    std::shared_ptr<const RunTrace> m_figureRun; // of a figure that the sweep came with
    std::function<QString()> m_modelProblem; // of that figure
    std::optional<int> m_askedAgain; // the row that is being run; -1: the reference
    StoredSweep m_budgetSweep; // that these are of; without runs: of a figure
    StoredSweep m_questionSweep;
    std::vector<QuestionCell> m_questions;
    std::vector<std::shared_ptr<const RunTrace>> m_questionTraces;
};

} // namespace qmop

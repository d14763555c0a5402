// SPDX-License-Identifier: GPL-3.0-or-later
//
// What edits, searches and sweeps may ask of the window.
#include "app/explorer/commands/undo_steps.h"
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/experiments/answered_runs.h"
#include "app/explorer/experiments/comparison.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/experiments/kept_sweeps.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/budget_preview.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/window/main_window.h"
#include "qmop/command_line.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/costs/costs_panel.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/attention_bar.h"
#include "widgets/image/image_panel.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/pruning/pruning_panel.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/router/router_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/sweep/sweep_panel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QStatusBar>

#include <functional>

namespace qmop {

void MainWindow::buildExperiments()
{
    ExperimentHost host;
    host.request = [this] { return plainRequest(); };
    host.obstacle = [this] { return runObstacle(); };
    host.start = [this](RunRequest request, bool shown) { submit(std::move(request), shown); };
    host.answered = [this](const RunRequest &request) { return m_answered->find(m_whatIf.get()->edit(), request); };
    host.cancel = [this] { cancelRun(); };
    host.record = [this](std::shared_ptr<const RunTrace> trace) { return m_history->add(trace); };
    host.stored = [this](const std::string &uid) { return storedRun(uid); };
    host.show = [this](std::shared_ptr<const RunTrace> trace) { showTrace(std::move(trace)); };
    host.adopt = [this](const RunRequest &request) {
        if (m_bridge->isRunning())
            return;
        setQuestion(QString::fromStdString(request.question));
        m_controls->take(request);
    };
    host.picture = [this] { return m_source; };
    host.pictureOf = [this](const RunTrace &trace) { return sourceOf(trace); };
    host.notice = [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    };
    host.hint = [this](const QString &what) { statusBar()->showMessage(what, 5000); };
    buildAnswerAttention();
    m_answered = std::make_unique<AnsweredRuns>(std::bind_front(&RunHistory::find, m_history));
    connect(this, &MainWindow::traceShown, this,
            [this](const std::shared_ptr<const RunTrace> &trace) { m_answered->remember(trace); });
    m_experiments = new Experiments(m_image->view(), std::move(host), this);
    m_whatIf.whenMade([this](WhatIfPanel *panel) { m_experiments->setWhatIfPanel(panel); });
    m_sweep.whenMade([this](SweepPanel *panel) { m_experiments->setSweepPanel(panel); });
    buildKeptSweeps();
}

void MainWindow::buildKeptSweeps()
{
    KeptSweepsHost host;
    host.write = [this](const StoredSweep &sweep) { m_history->keepSweep(sweep); };
    host.sweeps = [this]() -> const std::vector<StoredSweep> & { return m_history->sweeps(); };
    host.run = [this](const std::string &uid) { return storedRun(uid); };
    host.modelProblem = [this](const RunTrace &trace) { return modelProblemOf(trace); };
    host.notice = [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    };
    host.panel = [this] { return sweepPanel(); };
    m_keptSweeps = new KeptSweeps(m_experiments, std::move(host), this);
    connect(m_history, &RunHistory::sessionClosed, m_keptSweeps, &KeptSweeps::open);
}

std::shared_ptr<const RunTrace> MainWindow::storedRun(const std::string &uid) const
{
    return m_runs->model()->trace(m_runs->model()->indexOf(uid));
}

// Hears of a run after the panels: the preview's end is theirs to draw.
void MainWindow::buildBudgetPreview()
{
    m_budgetPreview = new BudgetPreview(m_controls, this);
    connect(m_budgetPreview, &BudgetPreview::changed, this,
            [this](const std::optional<KeptPreview> &preview, const QString &mark) {
                m_whatIf.get()->setBudgetPreview(preview); // draws it on the pictures
                m_pruning.get()->setPreview(preview);
                m_pooling.get()->setPreview(preview);
                m_answer->setRunMark(mark);
                m_router->setRunMark(mark);
                m_costs->setRunMark(mark);
                m_resampler->setRunMark(mark);
            });
    connect(m_budgetPreview, &BudgetPreview::runWanted, this, &MainWindow::startRun);
    connect(this, &MainWindow::traceShown, m_budgetPreview, &BudgetPreview::setTrace);
}

void MainWindow::buildOwnSuite()
{
    OwnSuiteHost host;
    host.request = [this] { return plainRequest(); };
    host.busy = [this] { return m_bridge->isRunning() ? tr("A run is going on; Esc cancels it") : QString(); };
    host.start = [this](RunRequest request) { submit(std::move(request), false); };
    host.cancel = [this] { cancelRun(); };
    host.record = [this](std::shared_ptr<const RunTrace> trace) { m_history->add(trace); };
    host.shownTrace = [this] { return m_trace; };
    host.undoStack = [this] { return m_history->undoStack(); };
    host.fail = [this](const RunFailed &failure) { showFailure(failure); };
    host.tell = [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    };
    host.data = m_config.journal.parent_path();
    m_ownSuite = new OwnSuite(m_bench, std::move(host), m_selection, this);
    connect(m_ownSuite, &OwnSuite::questionChosen, this, [this](const QString &question) {
        setQuestion(question);
        startRun();
    });
    connect(m_ownSuite, &OwnSuite::pictureChosen, this, &MainWindow::openPicture);
    connect(m_modelHash, &ModelHash::ready, m_ownSuite, &OwnSuite::setHashes);
    connect(m_modelHash, &ModelHash::forgotten, m_ownSuite, [this] { m_ownSuite->setHashes({}); });
}

// Stands before the panels: its table is one of them.
void MainWindow::buildComparison()
{
    ComparisonHost host;
    host.show = [this](std::shared_ptr<const RunTrace> trace) { m_runs->runActivated(std::move(trace)); };
    host.picture = [this](const RunTrace &trace) { return sourceOf(trace); };
    m_comparison = new Comparison(m_selection, m_image, m_runs, std::move(host), this);
    m_whatIf.whenMade([this](WhatIfPanel *panel) { m_comparison->setWhatIfPanel(panel); });
    connect(this, &MainWindow::traceShown, m_comparison, &Comparison::setB);
}

void MainWindow::buildUndo()
{
    auto *steps = new UndoSteps(
        m_history->undoStack(), m_docks,
        [this](std::shared_ptr<const RunTrace> trace) { m_runs->runActivated(std::move(trace)); },
        [this](const RunRequest &request) { return m_answered->find(m_whatIf.get()->edit(), request); }, this);
    m_whatIf.whenMade([steps](WhatIfPanel *panel) { steps->setWhatIfPanel(panel); });
}

ImageSource MainWindow::sourceOf(const RunTrace &trace) const
{
    const auto source = m_sourcesOfRuns.find(trace.imageSha256);
    return source == m_sourcesOfRuns.end() ? ImageSource() : source->second;
}

// Of the run shown, or of what Run would ask.
void MainWindow::copyCommand() const
{
    RunRequest request = m_trace ? m_trace->request : plainRequest();
    if (m_trace)
        request.image = sourceOf(*m_trace);
    QGuiApplication::clipboard()->setText(QString::fromStdString(commandLine(request)));
    statusBar()->showMessage(tr("Copied the command of this run"), 5000);
}

// Asked for on the answer: the run shown is run again where it has none, visibly.
void MainWindow::buildAnswerAttention()
{
    connect(m_answer, &AnswerPanel::attentionToggled, this, [this](bool wanted) {
        if (!wanted) {
            if (m_selection->overlay() == OverlayKind::Answer)
                m_selection->setOverlay(OverlayKind::Kept);
            return;
        }
        if (m_trace && !m_trace->attention)
            runForAttention();
        m_selection->setOverlay(OverlayKind::Answer);
    });
    AttentionBar *bar = m_image->attentionBar();
    connect(bar, &AttentionBar::chosen, this, &MainWindow::runForAttention);
    // What is drawn is what is chosen.
    connect(this, &MainWindow::traceShown, bar, [bar](const std::shared_ptr<const RunTrace> &trace) {
        if (trace && trace->attention) {
            bar->setShape(trace->attention->layers, trace->attention->heads);
            bar->setChoice({trace->attention->layer, trace->attention->head});
        }
    });
}

// The run shown once more, with the attention that is chosen above the picture.
void MainWindow::runForAttention()
{
    if (!m_trace || m_bridge->isRunning() || !m_picture)
        return;
    RunRequest again = m_trace->request;
    again.image = m_source;
    again.search.reset();
    again.answerAttention = m_image->attentionBar()->choice();
    submit(std::move(again), true);
}

bool MainWindow::streamsIntoWindow() const
{
    return showsAskedPicture() && !m_experiments->sweeps() && !m_ownSuite->isScoring()
        && !(m_failures && m_failures->benches());
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The table of the window's panels. How to add one is said in panel_docks.h.
#include "app/explorer/commands/commands.h"
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/experiments/comparison.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/suite/shipped_suite.h"
#include "app/explorer/training/training_logs.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/compare/comparison_panel.h"
#include "widgets/costs/costs_panel.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/picture_list.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/pruning/pruning_panel.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/review/failures_panel.h"
#include "widgets/router/router_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/sweep/sweep_panel.h"
#include "widgets/theme/theme.h"
#include "widgets/training/training_panel.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QLayout>
#include <QScreen>
#include <QSettings>
#include <QToolBar>
#include <QToolButton>

namespace qmop {

void MainWindow::buildPanels()
{
    m_pictures = new PictureList(this);
    m_runs = new RunsPanel(this);
    m_answer = new AnswerPanel(this);
    m_router = new RouterPanel(this);
    m_costs = new CostsPanel(this);
    m_bench = new BenchPanel(this);
    m_suite = std::make_unique<ShippedSuite>(m_bench);
    m_resampler = new ResamplerPanel(m_selection, this);
    buildOwnSuite();

    m_answer->setSelection(m_selection);
    m_bench->setSelection(m_selection);
    m_costs->setSelection(m_selection);
    m_router->setSelection(m_selection);
    m_runs->setSelection(m_selection);

    buildComparison();
    m_docks = new PanelDocks(this);
    connect(m_docks, &PanelDocks::layoutChanged, m_comparison,
            [this](LayoutId layout) { m_comparison->setVisible(layout == LayoutId::Compare); });
    addPanels();
}

void MainWindow::addPanels()
{
    const auto add = [this](const char *id, const QString &title, QWidget *panel, PanelPlace inspect,
                            PanelPlace compare, PanelPlace failures, PanelPlace present) {
        m_docks->add({QString::fromLatin1(id), title, panel, {inspect, compare, failures, present}, nullptr});
    };
    // Behind a tab or closed in the layout that most starts show. What shares a place
    // with panels that are seen must not need more height than they do.
    const auto addLater = [this](auto &later, const char *id, const QString &title, auto make, PanelPlace inspect,
                                 PanelPlace compare, PanelPlace failures, PanelPlace present) {
        const PanelSpec place{QString::fromLatin1(id), title, nullptr, {inspect, compare, failures, present}, nullptr};
        m_docks->add(later.spec(m_docks, place, make));
    };
    // The answer stands first and alone in every layout: it is never scrolled
    // away, nor behind a tab.
    //                                            Inspect      Compare      Failures     Present
    add("pictures", tr("Pictures"), m_pictures, left(0, 26), closed(), closed(), closed());
    addLater(
        m_failuresPanel, "failures", tr("Failures"), [this] { return buildFailures(); }, closed(), closed(), left(0),
        closed());
    add("runs", tr("Runs"), m_runs, left(1, 40), left(0), left(0), closed());
    add("answer", tr("Question and answer"), m_answer, right(0, 23).withRoom(0, 16), right(0, 26).withRoom(0, 16),
        right(0, 24).withRoom(0, 10), right(0, 26).withRoom(0, 10));
    add("router", tr("Router"), m_router, right(1, 12).withRoom(1, 8), right(1, 14).withRoom(1, 8),
        right(1, 14).withRoom(1, 8), right(1, 14).withRoom(1, 8));
    add("costs", tr("Costs"), m_costs, right(2, 20).withRoom(2, 23), right(3, 30), right(2, 23).onlyWithRoom(),
        right(2, 30).withRoom(2, 23));
    add("bench", tr("VTCBench"), m_ownSuite->pages(), right(3, 23).withRoom(3, 22), closed(), left(0), closed());
    addLater(
        m_whatIf, "whatif", tr("What if"), [this] { return new WhatIfPanel(m_selection, this); },
        right(3).withRoom(4, 30), right(3).withRoom(4, 30), closed(), closed());
    addLater(
        m_differences, "comparison", tr("What differs"), [this] { return m_comparison->makeTable(); }, closed(),
        right(2, 44).leading(), closed(), closed());
    add("resampler", tr("Resampler maps"), m_resampler, below(0).withRoom(0, 9), closed(), closed(), closed());
    addLater(
        m_pooling, "pooling", tr("Pooling windows"), [this] { return new PoolingPanel(m_selection, this); },
        below(0).withRoom(1, 4), closed(), closed(), closed());
    addLater(
        m_pruning, "pruning", tr("Pruning scores"), [this] { return new PruningPanel(m_selection, this); },
        below(0).withRoom(2, 5), closed(), right(2, 30).withRoom(3, 30), right(3, 30).onlyWithRoom());
    addLater(
        m_sweep, "sweep", tr("Sweep"), [this] { return new SweepPanel(this); }, below(0), closed(), closed(), closed());
    addLater(
        m_trainingPanel, "training", tr("Training"), [this] { return new TrainingPanel(this); }, below(0), closed(),
        closed(), closed());
}

FailureBrowser *MainWindow::failures() const
{
    m_failuresPanel.get();
    return m_failures;
}

TrainingLogs *MainWindow::trainingLogs() const
{
    m_trainingPanel.get();
    return m_training;
}

// In the order of what else hears of runs, whenever the panel is made.
template<typename Panel> void MainWindow::showRunsIn(LaterPanel<Panel> &later)
{
    connect(this, &MainWindow::traceShown, this, [&later](const std::shared_ptr<const RunTrace> &trace) {
        if (Panel *panel = later.made())
            panel->setTrace(trace);
    });
    later.whenMade([this](Panel *panel) { panel->setTrace(m_trace); });
}

void MainWindow::connectPanels()
{
    connect(m_pictures, &PictureList::pictureActivated, this, [this](const QString &path) {
        openPicture({path.toStdString(), {}});
    });
    connect(m_loader, &PictureLoader::thumbnailReady, m_pictures, &PictureList::setThumbnail);
    connect(m_runs, &RunsPanel::runActivated, this, [this](std::shared_ptr<const RunTrace> trace) {
        if (m_bridge->isRunning())
            m_runs->setCurrentRun(m_trace);
        recall(trace);
    });
    connect(m_runs->model(), &RunsModel::pinnedChanged, m_answer, &AnswerPanel::setReference);
    connect(m_bench, &BenchPanel::pictureChosen, this,
            [this](const QString &image) { openPicture(m_suite->picture(image)); });
    connect(m_bench, &BenchPanel::questionChosen, this, [this](const QString &question) {
        setQuestion(question);
        startRun();
    });
    connect(this, &MainWindow::traceShown, m_selection, &Selection::setTrace);
    connect(this, &MainWindow::traceShown, m_answer, &AnswerPanel::setTrace);
    connect(this, &MainWindow::traceShown, m_router, &RouterPanel::setTrace);
    connect(this, &MainWindow::traceShown, m_costs, &CostsPanel::setTrace);
    connect(this, &MainWindow::traceShown, m_resampler, &ResamplerPanel::setTrace);
    showRunsIn(m_pooling);
    showRunsIn(m_pruning);
    showRunsIn(m_whatIf);
    m_sweep.whenMade([this](SweepPanel *panel) { panel->setSelection(m_selection); });
    m_trainingPanel.whenMade([this](TrainingPanel *panel) { m_training = new TrainingLogs(panel, this); });
    // The panel that explains an overlay comes to the front with it.
    connect(m_selection, &Selection::overlayChanged, this, [this](OverlayKind kind) {
        if (kind != OverlayKind::Provenance && kind != OverlayKind::Answer)
            m_docks->raiseIfOpen(kind == OverlayKind::Pooling         ? QStringLiteral("pooling")
                                     : kind == OverlayKind::Resampler ? QStringLiteral("resampler")
                                                                      : QStringLiteral("pruning"));
    });
}

void MainWindow::restoreLayout()
{
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - QSize(16, 48))); // with room for the frame
    if (!m_config.rememberLayout) {
        m_docks->start();
        return;
    }
    restoreGeometry(QSettings().value(QStringLiteral("window/geometry")).toByteArray());
    m_docks->restore();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (m_failures)
        m_failures->stop(); // keeps what a benchmark has
    if (m_config.rememberLayout) {
        leavePresentation();
        QSettings().setValue(QStringLiteral("window/geometry"), saveGeometry());
        m_docks->save();
    }
    QMainWindow::closeEvent(event);
}

// One line where there is room, else a new one: nothing hides behind the arrow of
// a toolbar that is too short.
void MainWindow::placeToolBars()
{
    int used = 0;
    for (QToolBar *bar : {static_cast<QToolBar *>(m_controls), m_controls->choiceBar(), m_controls->runBar()}) {
        const int needed = bar->sizeHint().width() - (bar == m_controls->runBar() ? m_controls->obstacleWidth() : 0);
        constexpr int frame = 12; // around a bar, and between two
        const bool fits = used == 0 || used + needed + frame <= width();
        used = (fits ? used : 0) + needed + frame;
        if (fits == toolBarBreak(bar))
            fits ? removeToolBarBreak(bar) : insertToolBarBreak(bar);
    }
}

bool MainWindow::event(QEvent *event)
{
    if (event->type() == QEvent::ThemeChange)
        followSystemTheme(*qApp);
    if (event->type() == QEvent::LayoutRequest) // a model's name, larger text
        placeToolBars();
    return QMainWindow::event(event);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    placeToolBars();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window is made of; what happens in it is in main_window_runs.cpp.
#include "app/explorer/main_window.h"

#include "app/explorer/engine_bridge.h"
#include "app/explorer/message_bar.h"
#include "app/explorer/run_controls.h"
#include "app/explorer/run_status.h"
#include "app/explorer/when_painted.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/costs/costs_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/picture_list.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/pruning/pruning_panel.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/router/router_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

namespace qmop {

MainWindow::MainWindow(WindowConfig config, QWidget *parent)
    : QMainWindow(parent)
    , m_config(std::move(config))
    , m_selection(new Selection(this))
    , m_bridge(new EngineBridge(m_config.backend, this))
    , m_loader(new PictureLoader(m_config.decoder, this))
{
    setWindowTitle(tr("QMoP Explorer"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    for (auto [corner, area] :
         {std::pair{Qt::BottomLeftCorner, Qt::LeftDockWidgetArea}, {Qt::BottomRightCorner, Qt::RightDockWidgetArea}})
        setCorner(corner, area); // the side columns reach down to the status bar
    buildCentre();
    buildDocks();
    buildStatusBar();
    buildActions();
    connectEngine();
    restoreLayout();
    loadModel();
    loadSamples();
    updateRunState();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildCentre()
{
    m_controls = new RunControls(this);
    addToolBar(m_controls);
    auto *centre = new QWidget(this);
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_message = new MessageBar(centre);
    m_image = new ImagePanel(m_selection, centre);
    layout->addWidget(m_message);
    layout->addWidget(m_image, 1);
    setCentralWidget(centre);
    connect(m_image->view(), &ImageView::pictureOffered, this, &MainWindow::openPicture);
}

QDockWidget *MainWindow::addPanel(const QString &name, const QString &title, QWidget *panel, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name); // QSettings finds the dock by it
    dock->setWidget(panel);
    dock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
    addDockWidget(area, dock);
    return dock;
}

void MainWindow::buildDocks()
{
    buildLeftColumn();
    buildRightColumn();
    buildBranchPanels();
    connectPanels();
}

void MainWindow::buildLeftColumn()
{
    m_pictures = new PictureList(this);
    m_runs = new RunsPanel(this);
    QDockWidget *pictures = addPanel(QStringLiteral("pictures"), tr("Pictures"), m_pictures, Qt::LeftDockWidgetArea);
    QDockWidget *runs = addPanel(QStringLiteral("runs"), tr("Runs"), m_runs, Qt::LeftDockWidgetArea);
    resizeDocks({pictures}, {210}, Qt::Horizontal);
    resizeDocks({pictures, runs}, {260, 400}, Qt::Vertical);
}

void MainWindow::buildRightColumn()
{
    m_answer = new AnswerPanel(this);
    m_router = new RouterPanel(this);
    m_costs = new CostsPanel(this);
    m_bench = new BenchPanel(this);
    QDockWidget *answer
        = addPanel(QStringLiteral("answer"), tr("Question and answer"), m_answer, Qt::RightDockWidgetArea);
    addPanel(QStringLiteral("router"), tr("Router"), m_router, Qt::RightDockWidgetArea);
    QDockWidget *costs = addPanel(QStringLiteral("costs"), tr("Costs"), m_costs, Qt::RightDockWidgetArea);
    QDockWidget *bench = addPanel(QStringLiteral("bench"), tr("VTCBench"), m_bench, Qt::RightDockWidgetArea);
    resizeDocks({answer}, {430}, Qt::Horizontal);
    resizeDocks({answer, costs, bench}, {200, 215, 240}, Qt::Vertical);
}

// Below the picture, one at a time: the hidden ones cost nothing at start-up.
void MainWindow::buildBranchPanels()
{
    m_resampler = new ResamplerPanel(m_selection, this);
    m_pooling = new PoolingPanel(m_selection, this);
    m_pruning = new PruningPanel(m_selection, this);
    QDockWidget *resampler
        = addPanel(QStringLiteral("resampler"), tr("Resampler maps"), m_resampler, Qt::BottomDockWidgetArea);
    QDockWidget *pooling
        = addPanel(QStringLiteral("pooling"), tr("Pooling windows"), m_pooling, Qt::BottomDockWidgetArea);
    QDockWidget *pruning
        = addPanel(QStringLiteral("pruning"), tr("Pruning scores"), m_pruning, Qt::BottomDockWidgetArea);
    tabifyDockWidget(resampler, pooling);
    tabifyDockWidget(pooling, pruning);
    // Their tabs carry the titles.
    for (QDockWidget *dock : {resampler, pooling, pruning})
        dock->setTitleBarWidget(new QWidget(dock));
    resampler->raise();
    resizeDocks({resampler}, {240}, Qt::Vertical);
    // The panel that explains an overlay comes to the front with it.
    connect(m_selection, &Selection::overlayChanged, this, [=](OverlayKind kind) {
        QDockWidget *dock = kind == OverlayKind::Pooling ? pooling
            : kind == OverlayKind::Resampler             ? resampler
                                                         : pruning;
        if (kind != OverlayKind::Provenance)
            dock->raise();
    });
}

void MainWindow::connectPanels()
{
    connect(m_pictures, &PictureList::pictureActivated, this, [this](const QString &path) {
        openPicture({path.toStdString(), {}});
    });
    connect(m_loader, &PictureLoader::thumbnailReady, m_pictures, &PictureList::setThumbnail);
    connect(m_runs, &RunsPanel::runActivated, this, &MainWindow::showTrace);
    connect(m_runs->model(), &RunsModel::pinnedChanged, m_answer, &AnswerPanel::setReference);
    connect(m_bench, &BenchPanel::pictureChosen, this, &MainWindow::openSuitePicture);
    connect(m_bench, &BenchPanel::questionChosen, this, [this](const QString &question) {
        setQuestion(question);
        startRun();
    });
}

void MainWindow::buildStatusBar()
{
    m_readout = new QLabel(this);
    m_status = new RunStatus(this);
    m_environment = new QLabel(this);
    m_readout->setContentsMargins(metrics::gap, 0, 0, 0);
    m_environment->setContentsMargins(metrics::margin, 0, metrics::gap, 0);
    statusBar()->addWidget(m_readout, 1);
    statusBar()->addPermanentWidget(m_status);
    statusBar()->addPermanentWidget(m_environment);
    connect(m_image->view(), &ImageView::readoutChanged, this, [this](const PatchReadout &readout) {
        m_readout->setText(readout.patch >= 0 ? readout.text() : tr("Point at a patch · click locks it · Esc unlocks"));
    });
    m_readout->setText(tr("Point at a patch · click locks it · Esc unlocks"));
}

void MainWindow::buildActions()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &keys, auto slot) {
        auto *action = new QAction(text, this);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WindowShortcut);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
    };
    add(tr("Open a picture"), {QKeySequence::Open}, &MainWindow::chooseFile);
    add(tr("Paste a picture"), {QKeySequence::Paste}, &MainWindow::pastePicture);
    add(tr("Run"), {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)},
        &MainWindow::startRun);
    add(tr("Cancel or unlock"), {QKeySequence(Qt::Key_Escape)}, &MainWindow::escape);
    add(tr("Previous picture of the suite"), {QKeySequence(Qt::ALT | Qt::Key_Left)}, [this] { m_bench->step(-1); });
    add(tr("Next picture of the suite"), {QKeySequence(Qt::ALT | Qt::Key_Right)}, [this] { m_bench->step(1); });
    connect(m_controls, &RunControls::openRequested, this, &MainWindow::chooseFile);
    connect(m_controls, &RunControls::pasteRequested, this, &MainWindow::pastePicture);
    connect(m_controls, &RunControls::modelRequested, this, &MainWindow::chooseModel);
    connect(m_controls, &RunControls::runRequested, this, &MainWindow::startRun);
    connect(m_controls, &RunControls::cancelRequested, this, &MainWindow::cancelRun);
    connect(m_answer, &AnswerPanel::runRequested, this, &MainWindow::startRun);
    connect(m_answer, &AnswerPanel::questionChanged, this, &MainWindow::updateRunState);
    m_answer->questionEdit()->installEventFilter(this);
}

void MainWindow::connectEngine()
{
    connect(m_loader, &PictureLoader::opened, this, &MainWindow::showPicture);
    connect(m_loader, &PictureLoader::failed, this, [this](const RunFailed &failure) {
        m_runWhenReady = false;
        showFailure(failure);
        updateRunState();
    });
    connect(m_bridge, &EngineBridge::stageChanged, m_status, &RunStatus::setStage);
    connect(m_bridge, &EngineBridge::answerStreamed, m_answer, &AnswerPanel::showPartial);
    connect(m_bridge, &EngineBridge::finished, this, [this](std::shared_ptr<const RunTrace> trace) {
        m_status->end(tr("done"));
        m_sourcesOfRuns[trace->imageSha256] = m_source;
        m_runs->add(trace);
        scoreAgainstSuite(*trace);
        showTrace(trace);
        updateRunState();
        emit runEnded(trace);
    });
    connect(m_bridge, &EngineBridge::cancelled, this, [this](const QString &partialAnswer) {
        m_status->end(tr("cancelled"));
        m_answer->markCancelled(partialAnswer);
        updateRunState();
        emit runEnded(nullptr);
    });
    connect(m_bridge, &EngineBridge::failed, this, [this](const RunFailed &failure) {
        m_status->end(tr("failed"));
        m_answer->markFailed();
        showFailure(failure);
        updateRunState();
        emit runEnded(nullptr);
    });
}

void MainWindow::restoreLayout()
{
    resize(1440, 900);
    if (!m_config.rememberLayout)
        return;
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("window/state")).toByteArray());
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (!std::exchange(m_wasShown, true))
        whenPainted(*this, [this] { loadTheRest(); });
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (m_config.rememberLayout) {
        QSettings settings;
        settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
        settings.setValue(QStringLiteral("window/state"), saveState());
    }
    QMainWindow::closeEvent(event);
}

QString MainWindow::readoutText() const
{
    return m_readout->text();
}

} // namespace qmop

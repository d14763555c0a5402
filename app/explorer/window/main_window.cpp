// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window is made of: its panels are in main_window_panels.cpp, what it
// can do in main_window_commands.cpp, what happens in it in main_window_runs.cpp.
#include "app/explorer/window/main_window.h"

#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/experiments/answered_runs.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/when_painted.h"
#include "app/explorer/runs/numbers_button.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/runs/run_status.h"
#include "app/explorer/runs/smaller_run.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/suite/shipped_suite.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/picture_list.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QStatusBar>
#include <QVBoxLayout>

namespace qmop {

MainWindow::MainWindow(WindowConfig config, QWidget *parent)
    : QMainWindow(parent)
    , m_config(std::move(config))
    , m_selection(new Selection(this))
    , m_bridge(new EngineBridge(
          [this](std::function<void(const RunEvent &)> listener) {
              return m_history->around(m_config.backend)(std::move(listener));
          },
          this))
    , m_loader(new PictureLoader(m_config.decoder, this))
    , m_modelHash(new ModelHash(this))
{
    setWindowTitle(tr("QMoP Explorer"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    for (auto [corner, area] :
         {std::pair{Qt::BottomLeftCorner, Qt::LeftDockWidgetArea}, {Qt::BottomRightCorner, Qt::RightDockWidgetArea}})
        setCorner(corner, area); // the side columns reach down to the status bar
    buildCentre();
    buildPanels();
    m_history = new RunHistory(m_config.journal, m_config.decoder, m_runs, this);
    connectPanels();
    connectHistory();
    buildExperiments();
    buildBudgetPreview();
    buildUndo();
    buildStatusBar();
    buildCommands();
    addToolBars();
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
    auto *centre = new QWidget(this);
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_message = new MessageBar(centre);
    m_image = new ImagePanel(m_selection, centre);
    layout->addWidget(m_message);
    layout->addWidget(m_image, 1);
    setCentralWidget(centre);
    connect(m_image->view(), &ImageView::pictureOffered, this, [this](const ImageSource &source) {
        if (source.bytes.empty())
            openPaths({QString::fromStdString(source.path.string())}); // a session too
        else
            openPicture(source);
    });
    connect(m_image->view(), &ImageView::filesOffered, this, &MainWindow::openPaths);
}

void MainWindow::buildStatusBar()
{
    m_readout = new ElidedLabel(this);
    m_status = new RunStatus(this);
    m_status->watch(m_answer);
    m_numbers = new NumbersButton(this);
    m_readout->setContentsMargins(metrics::gap, 0, 0, 0);
    statusBar()->addWidget(m_readout, 1);
    statusBar()->addPermanentWidget(m_status);
    statusBar()->addPermanentWidget(m_numbers);
    const auto read = [this] {
        const QString text = m_image->view()->readoutText();
        m_readout->setText(text.isEmpty() ? tr("Point at a patch · click locks it · Esc unlocks") : text);
    };
    connect(m_image->view(), &ImageView::readoutChanged, this, read);
    connect(m_selection, &Selection::highlightChanged, this, read);
    read();
}

void MainWindow::connectEngine()
{
    connect(m_modelHash, &ModelHash::ready, this, &MainWindow::showScores);
    connect(m_loader, &PictureLoader::opened, this, &MainWindow::showPicture);
    connect(m_loader, &PictureLoader::failed, this, [this](const RunFailed &failure) {
        m_runWhenReady.reset();
        if (!m_bridge->isRunning())
            m_status->end(tr("picture not read"));
        showFailure(failure);
        updateRunState();
    });
    connect(m_bridge, &EngineBridge::stageChanged, m_status, &RunStatus::setStage);
    connect(m_bridge, &EngineBridge::stageChanged, m_experiments, &Experiments::showProgress);
    connect(m_bridge, &EngineBridge::answerStreamed, this,
            [this](const QString &text, const std::vector<DecodedToken> &tokens) {
                if (!streamsIntoWindow())
                    return;
                m_answer->showPartial(text, tokens);
                m_status->showAnswer();
            });
    connect(m_bridge, &EngineBridge::finished, this, &MainWindow::finishRun);
    connect(m_bridge, &EngineBridge::cancelled, this, [this](const QString &partialAnswer) {
        m_status->end(tr("cancelled"));
        if (streamsIntoWindow())
            m_answer->markCancelled(partialAnswer, m_trace != nullptr);
        stopSeries();
        updateRunState();
        emit runEnded(nullptr);
    });
    connect(m_bridge, &EngineBridge::failed, this, &MainWindow::endFailedRun);
}

void MainWindow::endFailedRun(const RunFailed &failure)
{
    m_status->end(tr("failed"));
    if (streamsIntoWindow())
        m_answer->markFailed(m_trace != nullptr);
    stopSeries();
    showFailure(failure);
    if (failure.code == ErrorCode::OutOfMemory && m_model) {
        if (const auto smaller = smallerRun(m_asked.request, m_model->budgets))
            m_message->offer(smaller->title, [this, request = smaller->request] { submit(request, true); });
        for (Precision precision : failure.smaller) {
            const SmallerRun smaller = withPrecision(m_asked.request, precision);
            m_message->offer(smaller.title, [this, request = smaller.request] {
                m_numbers->choose(request.precision); // later runs would not fit either
                submit(request, true);
            });
        }
    }
    updateRunState();
    emit runEnded(nullptr);
}

// A run was cancelled or failed: what asks one after the other goes no further.
void MainWindow::stopSeries()
{
    m_experiments->stop();
    m_ownSuite->stop();
    if (m_failures)
        m_failures->stop();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (std::exchange(m_wasShown, true))
        return;
    m_docks->fillSeen();
    whenPainted(*this, [this] { loadTheRest(); });
}

// What the window can be shown without.
void MainWindow::loadTheRest()
{
    m_wasPainted = true;
    for (const Sample &sample : m_samples)
        m_loader->requestThumbnail(sample.path, PictureList::thumbnailSide);
    loadSuite();
    askForScores();
    m_history->open();
    if (!m_config.ownSuite.empty())
        m_ownSuite->open(m_config.ownSuite);
    m_docks->fillRest();
}

QString MainWindow::readoutText() const
{
    return m_readout->text();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What edits, searches and sweeps may ask of the window.
#include "app/explorer/engine_bridge.h"
#include "app/explorer/experiments.h"
#include "app/explorer/main_window.h"
#include "app/explorer/message_bar.h"
#include "app/explorer/own_suite.h"
#include "app/explorer/run_history.h"
#include "widgets/image/image_panel.h"

namespace qmop {

void MainWindow::buildExperiments()
{
    ExperimentHost host;
    host.request = [this] { return plainRequest(); };
    host.obstacle = [this] { return runObstacle(); };
    host.start = [this](RunRequest request, bool shown) { submit(std::move(request), shown); };
    host.cancel = [this] { cancelRun(); };
    host.record = [this](std::shared_ptr<const RunTrace> trace) { m_history->add(trace); };
    host.show = [this](std::shared_ptr<const RunTrace> trace) { showTrace(std::move(trace)); };
    host.picture = [this] { return m_source; };
    m_experiments = new Experiments(m_whatIf, m_sweep, m_image->view(), std::move(host), this);
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
    m_ownSuite = new OwnSuite(m_bench, std::move(host), m_selection, this);
    connect(m_ownSuite, &OwnSuite::questionChosen, this, [this](const QString &question) {
        setQuestion(question);
        startRun();
    });
    connect(m_ownSuite, &OwnSuite::pictureChosen, this, &MainWindow::openPicture);
}

bool MainWindow::streamsIntoWindow() const
{
    return showsAskedPicture() && !m_experiments->sweeps() && !m_ownSuite->isScoring();
}

} // namespace qmop

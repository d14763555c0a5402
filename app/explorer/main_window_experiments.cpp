// SPDX-License-Identifier: GPL-3.0-or-later
//
// What edits, searches and sweeps may ask of the window.
#include "app/explorer/engine_bridge.h"
#include "app/explorer/experiments.h"
#include "app/explorer/main_window.h"
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

bool MainWindow::streamsIntoWindow() const
{
    return showsAskedPicture() && !m_experiments->sweeps();
}

} // namespace qmop

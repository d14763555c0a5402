// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the failure browser may ask of the window.
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/window/main_window.h"
#include "widgets/image/picture_list.h"
#include "widgets/review/failures_panel.h"

namespace qmop {

FailuresPanel *MainWindow::buildFailures()
{
    auto *panel = new FailuresPanel(this);
    panel->setSelection(m_selection);
    FailureHost host;
    host.request = [this] { return plainRequest(); };
    host.start = [this](RunRequest request) { submit(std::move(request), false); };
    host.cancel = [this] { cancelRun(); };
    host.setRecording = [this](bool recording) { m_history->setRecording(recording); };
    host.open = [this](const QString &picture, const QString &question, const BenchPoint &point) {
        openFailure(picture, question, point);
    };
    host.thumbnail = [this](const QString &path) { m_loader->requestThumbnail(path, PictureList::thumbnailSide); };
    host.failed = [this](const RunFailed &failure) { showFailure(failure); };
    host.notice = [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    };
    host.suites = m_config.resources / "suites";
    host.data = m_config.journal.parent_path();
    m_failures = new FailureBrowser(panel, std::move(host), this);
    connect(m_loader, &PictureLoader::thumbnailReady, m_failures, &FailureBrowser::setThumbnail);
    m_failures->setModel(m_model);
    m_failures->updateState(m_bridge->isRunning());
    return panel;
}

// A sample of a benchmark in the trace: visibly a run.
void MainWindow::openFailure(const QString &picture, const QString &question, const BenchPoint &point)
{
    m_controls->choose(point.compressor, point.budget);
    setQuestion(question);
    openPicture({picture.toStdString(), {}});
    runWhenReady();
}

} // namespace qmop

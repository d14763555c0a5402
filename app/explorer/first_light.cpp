// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/first_light.h"

#include "app/explorer/engine/engine_module.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/window/when_settled.h"
#include "qmop/error_line.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace qmop {

FirstLight::FirstLight(MainWindow *window, QString file, QElapsedTimer sinceStart)
    : QObject(window)
    , m_window(window)
    , m_file(std::move(file))
    , m_sinceStart(sinceStart)
{
    connect(window, &MainWindow::runEnded, this, &FirstLight::answered);
    connect(window, &MainWindow::failed, this, &FirstLight::fail);
}

void FirstLight::markShown()
{
    m_shownMs = m_sinceStart.elapsed();
}

void FirstLight::watch()
{
    if (m_window->lastFailure())
        fail(*m_window->lastFailure());
    else if (m_window->runIsUnderWay())
        return;
    else if (m_window->shownTrace()) // of a session
        answered(m_window->shownTrace());
    else if (m_window->pictureIsOpening()) // what is wrong with it matters more than that nothing was asked
        connect(m_window, &MainWindow::pictureOpened, this, &FirstLight::watch, Qt::SingleShotConnection);
    else
        fail({ErrorCode::InvalidArgument, m_window->runObstacle().toStdString(),
              "give a picture and a question with --image and --question"});
}

void FirstLight::answered(std::shared_ptr<const RunTrace> trace)
{
    if (!trace) // cancelled; a failure has been reported already
        fail({ErrorCode::Cancelled, "the run was cancelled", {}});
    else if (m_window->runIsUnderWay())
        return; // that was the run to compare with: see StartRuns
    else if (m_window->isVisible()) {
        m_answeredMs = m_sinceStart.elapsed();
        whenSettled(*m_window, [this, trace] { finish(*trace); });
    }
}

void FirstLight::finish(const RunTrace &trace)
{
    if (std::exchange(m_ended, true))
        return;
    if (!m_window->grab().save(m_file)) {
        m_ended = false;
        fail({ErrorCode::OutputFailed, m_file.toStdString() + ": cannot write the picture",
              "choose a folder that exists and is writable, and a name that ends in .png"});
        return;
    }
    std::fprintf(stderr, "window after %lld ms, answer after %lld ms, saved %s\n", static_cast<long long>(m_shownMs),
                 static_cast<long long>(m_answeredMs), qPrintable(m_file));
    std::fputs((engineModule().summary(trace) + "\n").c_str(), stdout);
    QCoreApplication::exit(tellOfSession() ? 0 : exitCode(ErrorCode::InvalidSession));
}

// What the message bar says of a session that was opened; false where parts of it are missing.
bool FirstLight::tellOfSession() const
{
    const SessionReader *session = m_window->history()->shownSession();
    if (!session)
        return true;
    for (const std::string &problem : session->problems())
        std::fprintf(stderr, "qmop-explorer: %s\n", errorLine(problem, session->hint()).c_str());
    return session->isComplete();
}

void FirstLight::fail(const RunFailed &failure)
{
    if (!std::exchange(m_ended, true))
        endProgram(failure);
}

void endProgram(const RunFailed &failure)
{
    std::fprintf(stderr, "qmop-explorer: %s\n", errorLine(failure.what, failure.hint).c_str());
    // The event loop may not have begun.
    QTimer::singleShot(0, qApp, [code = exitCode(failure.code)] { QCoreApplication::exit(code); });
}

} // namespace qmop

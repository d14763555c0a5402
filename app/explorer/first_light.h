// SPDX-License-Identifier: GPL-3.0-or-later
//
// `--first-light FILE`: the window answers its first question by itself, is
// saved as a picture, and the run's JSON is printed.
#pragma once

#include "app/explorer/window/main_window.h"

#include <QElapsedTimer>
#include <QObject>

namespace qmop {

class FirstLight : public QObject {
    Q_OBJECT

public:
    // Ends with the run that no other one follows at once. `sinceStart` was started
    // as early in main() as possible.
    FirstLight(MainWindow *window, QString file, QElapsedTimer sinceStart);

    // The window has just been shown.
    void markShown();
    // Ends the program with 0, or with the exit code of what went wrong, which is
    // InvalidSession's where the window shows what is left of a damaged session. The
    // window must be shown and its run under way or waiting for its picture, or shown
    // from a session.
    void watch();

private:
    void answered(std::shared_ptr<const RunTrace> trace);
    void finish(const RunTrace &trace);
    bool tellOfSession() const;
    void fail(const RunFailed &failure);

    MainWindow *m_window;
    QString m_file;
    QElapsedTimer m_sinceStart;
    qint64 m_shownMs = 0;
    qint64 m_answeredMs = 0;
    bool m_ended = false;
};

// Says what went wrong, and ends the program with its exit code.
void endProgram(const RunFailed &failure);

} // namespace qmop

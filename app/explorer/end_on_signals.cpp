// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/end_on_signals.h"

#include <QApplication>
#include <QSocketNotifier>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace qmop {

namespace {

int pipeEnds[2] = {-1, -1};

// Little more than write() is allowed in here.
void tell(int)
{
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = write(pipeEnds[1], &byte, 1);
}

}

void endOnSignals()
{
    if (pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // a signal then ends the program as before
    auto *notifier = new QSocketNotifier(pipeEnds[0], QSocketNotifier::Read, qApp);
    QObject::connect(notifier, &QSocketNotifier::activated, qApp, [notifier] {
        notifier->setEnabled(false);
        QApplication::closeAllWindows();
        QCoreApplication::exit(0); // of dialogs' loops too
    });
    struct sigaction action = {};
    action.sa_handler = tell;
    action.sa_flags = int(SA_RESTART | SA_RESETHAND);
    for (int signal : {SIGTERM, SIGHUP, SIGINT})
        sigaction(signal, &action, nullptr);
}

} // namespace qmop

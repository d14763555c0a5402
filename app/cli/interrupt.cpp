// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include "app/cli/stop_signals.h"
#include "qmop/error.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace qmop {

Interrupt::Interrupt()
{
    const sigset_t signals = stopSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_thread = std::thread([this] { watch(); });
}

Interrupt::~Interrupt()
{
    finish();
}

void Interrupt::finish()
{
    m_finished = true;
    if (m_thread.joinable())
        m_thread.join();
    const sigset_t signals = stopSignals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Interrupt::watch()
{
    const sigset_t signals = stopSignals();
    const timespec interval{0, 20'000'000};
    while (!m_finished) {
        if (sigtimedwait(&signals, nullptr, &interval) < 0)
            continue;
        m_stop.request_stop();
        for (int i = 0; i < 10 && !m_finished; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (m_finished)
            return;
        std::fputs("\nstopped; give the same command again to go on from the last checkpoint\n", stderr);
        std::fflush(nullptr);
        std::_Exit(exitCode(ErrorCode::Cancelled));
    }
}

} // namespace qmop

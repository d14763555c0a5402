// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ctrl+C for commands whose unit of work may be longer than people wait.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace qmop {

// While it lives, SIGINT and SIGTERM ask the token to stop; a program that has
// not ended 0.2 s later ends at once with exit code 130. For work whose files
// appear whole or not at all. Make it before other threads start: they must
// inherit its signal mask.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt &) = delete;
    Interrupt &operator=(const Interrupt &) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    // The work is done: signals act as usual again.
    void finish();

private:
    void watch();

    std::stop_source m_stop;
    std::atomic<bool> m_finished = false;
    std::thread m_thread;
};

} // namespace qmop

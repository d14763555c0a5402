// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/stop_signals.h"

namespace qmop {

sigset_t stopSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace qmop

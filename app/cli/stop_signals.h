// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>

namespace qmop {

// What asks a command to stop: SIGINT (Ctrl+C) and SIGTERM.
sigset_t stopSignals();

} // namespace qmop

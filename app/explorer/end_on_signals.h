// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace qmop {

// SIGTERM, SIGHUP and SIGINT (the machine shuts down, the terminal is closed, Ctrl+C)
// close the windows and end the event loop of the application, so that settings and
// journal are written as when a person closes the window. Once, from the window's
// thread; a second signal ends the program at once.
void endOnSignals();

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What Qt has to say where there is no screen, and nobody can do anything about.
#pragma once

namespace qmop {

// Leaves out two lines: that an unseen platform cannot tell a window manager the
// size of a window, and that there is no folder for what lives as long as a login, as
// under sudo or cron, which Qt then makes elsewhere. They have no logging category
// that could be switched off. All else goes where it went before. Call before the
// application is made.
void silencePlatform();

} // namespace qmop

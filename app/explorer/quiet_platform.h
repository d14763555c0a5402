// SPDX-License-Identifier: GPL-3.0-or-later
//
// What Qt has to say where there is no screen, and nobody can do anything about.
#pragma once

namespace qmop {

// Leaves out one line that Qt's unseen platforms write for every window: that they
// cannot tell a window manager its size. It has no logging category that could be
// switched off. All else goes where it went before. Call before the first window.
void silenceSizeHints();

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What needs Qt's painter is done by the window's program, without a window.
#pragma once

#include <string>
#include <vector>

namespace qmop {

// Starts the qmop-explorer beside this program, without a screen, and waits for
// it: its exit code. What it has to say it signs with `signature`, the program and
// command that were typed. Throws Error{Internal} where it cannot be started.
int runExplorer(const std::string &signature, const std::vector<std::string> &arguments);

} // namespace qmop

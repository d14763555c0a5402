// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop info`: what this program is and what it finds on this machine.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addInfoCommand(CLI::App &app, int &exitCode);

} // namespace qmop

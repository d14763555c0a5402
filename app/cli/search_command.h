// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop search`: which dropped patches would have changed the answer.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addSearchCommand(CLI::App &app, int &exitCode);

} // namespace qmop

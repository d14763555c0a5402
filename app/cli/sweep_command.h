// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop sweep`: one picture under budgets, compressors and questions.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addSweepCommand(CLI::App &app, int &exitCode);

} // namespace qmop

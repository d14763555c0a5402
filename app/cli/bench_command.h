// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop bench`: the scores of a suite under several compressors and budgets.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addBenchCommand(CLI::App &app, int &exitCode);

} // namespace qmop

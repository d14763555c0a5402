// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop suite`: a suite of one's own, question by question; checks, merges and
// scores suites in VTCBench's format.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callbacks set exitCode.
void addSuiteCommand(CLI::App &app, int &exitCode);

} // namespace qmop

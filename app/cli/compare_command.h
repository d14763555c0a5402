// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// `qmop compare`: two runs and what differs between them.
void addCompareCommand(CLI::App &app, int &exitCode);

} // namespace qmop

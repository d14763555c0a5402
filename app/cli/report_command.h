// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop report`: runs of a session as a report with figures.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addReportCommand(CLI::App &app, int &exitCode);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop run IMAGE QUESTION...`: answers questions about one picture.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addRunCommand(CLI::App &app, int &exitCode);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

namespace qmop {

// `qmop scenes audit|draw|stats`: the scene generator from the command line.
// Sets `exitCode` to 1 where an audit fails; other failures throw Error.
void addScenesCommand(CLI::App &app, int &exitCode);

} // namespace qmop

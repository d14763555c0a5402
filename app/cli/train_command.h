// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop train`: trains the embedded model from a recipe.
#pragma once

#include <CLI/CLI.hpp>

namespace qmop {

// Adds the subcommand; `exitCode` is set when it has run and must outlive the parse.
void addTrainCommand(CLI::App &app, int &exitCode);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop render`: a figure again from the recipe in it.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Adds the command; its callback sets exitCode.
void addRenderCommand(CLI::App &app, int &exitCode);

} // namespace qmop

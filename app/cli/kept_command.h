// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop scenes kept`: whether pruning keeps the patches that a question asks for.
#pragma once

#include <CLI/App.hpp>

namespace qmop {

// Below `scenes`.
void addKeptCommand(CLI::App &scenes);

} // namespace qmop

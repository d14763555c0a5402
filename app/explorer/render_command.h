// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop-explorer --render FIGURE --out FILE`: paints a figure again from the
// recipe in it, without a window, without weights.
#pragma once

#include <optional>

namespace qmop {

// The program's exit code; nothing where the arguments ask for something else.
std::optional<int> renderCommand(int argc, char **argv);

} // namespace qmop

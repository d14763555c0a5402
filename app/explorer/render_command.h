// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is painted without a window and without weights:
//   qmop-explorer --render FIGURE --out FILE [--strip]     a figure again, from the recipe in it
//   qmop-explorer --report SESSION --out FILE [--tag TAG] [--strip]     a case report
#pragma once

#include <optional>

namespace qmop {

// The program's exit code; nothing where the arguments ask for something else.
std::optional<int> renderCommand(int argc, char **argv);

} // namespace qmop

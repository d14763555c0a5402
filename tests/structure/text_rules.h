// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/structure/source_tree.h"

namespace qmop::structure {

/// Rules that look at one file at a time. Each returns where it is broken, in the tree's order.

/// At most 400 lines.
std::vector<Violation> filesAreShort(const SourceTree &tree);

/// The licence line is the first, or the second after a "#!" line.
std::vector<Violation> filesNameTheirLicence(const SourceTree &tree);

/// C++ and Python files in snake_case (shell and CMake are free), headers with #pragma once, and no
/// file or type whose name says manager, helper or util.
std::vector<Violation> namesSayWhatThingsAre(const SourceTree &tree);

/// No absolute path of somebody's machine in the text.
std::vector<Violation> noPrivatePaths(const SourceTree &tree);

/// C++ functions span at most 60 lines from the opening to the closing brace. A heuristic: a brace
/// outside a function that follows a ')' opens one; lambdas count with the function around them.
std::vector<Violation> functionsAreShort(const SourceTree &tree);

} // namespace qmop::structure

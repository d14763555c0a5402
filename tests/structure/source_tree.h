// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace qmop::structure {

/// One file of the repository as the rules see it.
struct SourceFile {
    std::string path; ///< from the repository's root, with '/'
    std::string text;
};

using SourceTree = std::vector<SourceFile>;

/// A place where a rule of the house is broken.
struct Violation {
    std::string path;
    int line = 0; ///< from 1; 0 where the whole file is meant
    std::string what;
};

/// The repository's own sources (.h .cpp .cmake .sh .py, CMakeLists.txt) below its fixed top-level
/// folders, sorted by path; build folders and hidden folders are left out.
SourceTree readSourceTree(const std::filesystem::path &root);

/// Whether a path ends in one of the C++ suffixes.
bool isCpp(const std::string &path);

/// The text's lines without their line ends.
std::vector<std::string> splitLines(const std::string &text);

/// C++ text of the same length and line structure with comments, literals (raw ones too) and
/// preprocessor lines blanked, so that braces can be counted.
std::string blankCommentsAndLiterals(const std::string &text);

} // namespace qmop::structure

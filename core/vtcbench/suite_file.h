// SPDX-License-Identifier: GPL-3.0-or-later
//
// Suites on disk: a folder with suite.json and the pictures that it names.
//
//   {"name": "scenes", "version": "1", "scorer": "exact", "license": "CC0-1.0",
//    "source": "one line", "samples": [{"id": "…", "image": "pictures/0.png",
//    "question": "…", "answers": ["…"], "dimension": "GU", "question_type": "…"}]}
//
// Other fields are ignored and not written back.
#pragma once

#include "qmop/suite.h"

#include <filesystem>
#include <string>

namespace qmop {

// What a suite is read for. Edit: it may hold no question yet, and pictures may be
// missing, so that it can be repaired where it was damaged.
enum class SuiteUse { Score, Edit };

// `path` is the folder or its suite.json. Throws Error{InvalidSuite} naming the
// file and the sample for what is missing or has the wrong type, an id used
// twice, an unknown dimension or scorer, no answers, a picture that is not there
// or lies outside the folder, and text that is not UTF-8.
Suite loadSuite(const std::filesystem::path &path, SuiteUse use = SuiteUse::Score);

// Folder of the pictures: `path` itself, or the folder of suite.json.
std::filesystem::path suiteFolder(const std::filesystem::path &path);

// Where the questions lie: `path` itself if its name ends in ".json", else suite.json in it.
std::filesystem::path suiteFileOf(const std::filesystem::path &path);

// Writes suiteFileOf(path) whole or not at all; the pictures are the caller's.
// Throws Error{OutputFailed}, and Error{InvalidSuite} for what loadSuite() would
// refuse apart from the pictures.
void saveSuite(const Suite &suite, const std::filesystem::path &path, SuiteUse use = SuiteUse::Score);

} // namespace qmop

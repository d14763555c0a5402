// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the files that ship with the programs lie: sample pictures, suites,
// recipes, the embedded model.
#pragma once

#include <filesystem>

namespace qmop {

// The first of these folders that exists:
//   $QMOP_RESOURCES, when set (taken even where it does not exist, so that a
//   wrong value is reported and not silently replaced);
//   ../../resources from the program (build/bin in a clone);
//   ../share/qmop-explorer/resources from the program (installed).
// Otherwise the second, so that a message can name a path. Never throws.
std::filesystem::path resourceDir();

// The embedded model: resourceDir()/../models/zoo/scenes-tiny.
std::filesystem::path defaultModelDir();

// A person's own files, where the window keeps its journal, too:
// qmop-explorer/qmop-explorer below $XDG_DATA_HOME or ~/.local/share (the working
// folder where there is no home). May not exist.
std::filesystem::path userDataDir();

// The suite that questions of one's own join: userDataDir()/my-questions.
std::filesystem::path personalSuiteDir();

} // namespace qmop

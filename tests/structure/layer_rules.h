// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/structure/source_tree.h"

namespace qmop::structure {

/// Rules over #include lines, which keep the layers apart. Each returns where it is broken.

/// Every folder includes only what its row of the layer table (layer_rules.cpp) allows: other
/// folders of the repository and libraries. A source folder without a row is a violation, too.
std::vector<Violation> layersIncludeOnlyWhatTheyMay(const SourceTree &tree);

/// The layer table names no folder that is not there, and allows no library that its folder does
/// not include.
std::vector<Violation> layerTableIsUsed(const SourceTree &tree);

/// No source outside tests/ includes a header for sockets or of a library that speaks to networks,
/// and no CMakeLists.txt links one.
std::vector<Violation> nothingSpeaksToANetwork(const SourceTree &tree);

/// No file outside tests/ sees both Qt and torch, not even through the repository's own headers;
/// tests that do include torch's headers before Qt's.
std::vector<Violation> qtAndTorchStayApart(const SourceTree &tree);

/// qcustomplot.h is included in widgets/plots and nowhere else.
std::vector<Violation> plotsAloneSeeQCustomPlot(const SourceTree &tree);

/// Folders do not include each other in a circle. A violation names the circle.
std::vector<Violation> foldersHaveNoCycles(const SourceTree &tree);

} // namespace qmop::structure

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Names of pictures in files that others made.
#pragma once

#include <string>

namespace qmop {

// What is wrong with a picture's path below its folder ("is empty"), or nothing.
std::string pictureNameProblem(const std::string &image);

} // namespace qmop

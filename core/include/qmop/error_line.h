// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace qmop {

// How every program prints an error, behind its name: "photo.png does not exist
// (check the path)". Without brackets where there is no hint.
std::string errorLine(const std::string &what, const std::string &hint);

} // namespace qmop

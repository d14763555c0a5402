// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace qmop {

// Whether a compressor can make more or fewer visual tokens: all but "none", which passes all patches on, and "blind",
// which passes none.
bool hasBudget(const std::string &compressor);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace qmop {

// With that many digits behind the point; what rounds to zero has no sign ("0.0000", not "-0.0000").
std::string fixedText(double value, int digits);

} // namespace qmop

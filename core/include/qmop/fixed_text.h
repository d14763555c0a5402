// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace qmop {

// With that many digits behind the point: "-1.2346". What would round to zero without being
// zero has two digits of its own ("-3.4e-06"), so that only zero reads "0".
std::string fixedText(double value, int digits);

// The same of a difference, with its sign: "+0.1100", "-3.4e-06", "0".
std::string changeText(double value, int digits);

} // namespace qmop

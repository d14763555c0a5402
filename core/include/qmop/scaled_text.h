// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace qmop {

// A quantity with the prefix that suits it, of powers of 1000: "1.23 GMACs", "512 B". `value` >= 0.
std::string scaledText(double value, const std::string &unit);

// Memory and files, everywhere: "302.0 MB" are 302 * 10^6 bytes.
std::string bytesText(double bytes);

} // namespace qmop

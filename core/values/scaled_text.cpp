// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/scaled_text.h"

#include "qmop/fixed_text.h"

#include <cmath>

namespace qmop {

std::string scaledText(double value, const std::string &unit)
{
    static constexpr struct {
        double scale;
        const char *prefix;
    } prefixes[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    for (const auto &[scale, prefix] : prefixes)
        if (value >= scale)
            return fixedText(value / scale, value / scale < 10 ? 2 : 1) + " " + prefix + unit;
    return std::to_string(std::lround(value)) + " " + unit;
}

std::string bytesText(double bytes)
{
    return scaledText(bytes, "B");
}

} // namespace qmop

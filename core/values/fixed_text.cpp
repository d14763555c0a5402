// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/fixed_text.h"

#include <array>
#include <charconv>

namespace qmop {

std::string fixedText(double value, int digits)
{
    if (value == 0)
        return "0";
    std::array<char, 512> buffer; // the largest double has 309 digits before the point
    const auto written = [&](std::chars_format format, int precision) {
        return std::string(buffer.begin(), std::to_chars(buffer.begin(), buffer.end(), value, format, precision).ptr);
    };
    const std::string text = written(std::chars_format::fixed, digits);
    const bool readsZero = text.find_first_not_of("-0.") == std::string::npos;
    return readsZero ? written(std::chars_format::scientific, 1) : text;
}

std::string changeText(double value, int digits)
{
    std::string text = fixedText(value, digits);
    if (value > 0)
        text.insert(text.begin(), '+');
    return text;
}

} // namespace qmop

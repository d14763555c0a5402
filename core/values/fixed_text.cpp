// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/fixed_text.h"

#include <array>
#include <charconv>

namespace qmop {

std::string fixedText(double value, int digits)
{
    std::array<char, 512> buffer; // the largest double has 309 digits before the point
    const auto end = std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::fixed, digits).ptr;
    std::string text(buffer.begin(), end);
    if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos)
        text.erase(0, 1);
    return text;
}

} // namespace qmop

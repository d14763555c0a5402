// SPDX-License-Identifier: GPL-3.0-or-later
//
// Unicode before tokens: validation, lower case, normal forms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

enum class NormalizerStep : std::uint8_t { Lowercase, Nfc, Nfd, Nfkc, Nfkd };

// Throws Error{InvalidQuestion} with the position of the first bad byte.
void requireUtf8(std::string_view text);

// The same with every damaged sequence replaced by U+FFFD.
std::string repairUtf8(std::string_view text);

// Applies the steps in order. `text` is valid UTF-8.
std::string normalize(std::string_view text, const std::vector<NormalizerStep> &steps);

} // namespace qmop

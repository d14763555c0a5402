// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokens that are found in the text as a whole, before words are split.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

struct AddedToken {
    int id = 0;
    std::string content;
    bool special = false;
    bool normalized = false; // looked for in the normalised text
    bool singleWord = false; // only between characters that are no part of a word
    bool stripLeft = false; // takes white space before it along
    bool stripRight = false;
};

// Part of a text: one added token, or what lies between them (id -1).
struct TextSpan {
    std::string_view text;
    int id = -1;
};

// Splits at the tokens given: leftmost first, then the longest.
std::vector<TextSpan> splitAtTokens(std::string_view text, const std::vector<const AddedToken *> &tokens);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text to words, before byte pairs are merged inside each word.
#pragma once

#include <string_view>
#include <vector>

namespace qmop {

// The pieces that GPT-2's expression finds, in order; together they are `text`:
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// `text` is valid UTF-8 and must outlive the pieces. Linear time.
std::vector<std::string_view> splitWords(std::string_view text);

} // namespace qmop

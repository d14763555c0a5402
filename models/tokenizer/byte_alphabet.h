// SPDX-License-Identifier: GPL-3.0-or-later
//
// GPT-2's printable stand-ins for bytes: a tokenizer.json spells every byte of
// a token as one visible character (space is "Ġ").
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace qmop {

// The character of each byte, as UTF-8.
const std::array<std::string, 256> &byteCharacters();

// Bytes that a token spelled in the alphabet stands for; nothing when it holds
// a character that is not in the alphabet.
std::optional<std::string> bytesFromSpelling(std::string_view spelling);

std::string spellingFromBytes(std::string_view bytes);

} // namespace qmop

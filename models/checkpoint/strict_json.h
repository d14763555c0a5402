// SPDX-License-Identifier: GPL-3.0-or-later
//
// JSON from files that nobody vouches for: depth, size, duplicate keys and
// UTF-8 are checked while parsing.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace qmop {

// Parses one JSON document. Throws Error{InvalidModel} beginning with `name`
// for syntax errors, bytes that are not UTF-8, the same key twice in one
// object, or nesting deeper than maxDepth.
nlohmann::json parseStrictJson(std::string_view text, const std::string &name, int maxDepth = 32);

// The same for a file of at most maxBytes. A missing file is an InvalidModel too.
nlohmann::json readStrictJson(const std::filesystem::path &file, std::size_t maxBytes, int maxDepth = 32);

} // namespace qmop

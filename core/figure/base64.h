// SPDX-License-Identifier: GPL-3.0-or-later
//
// Base64 (RFC 4648, section 4): bytes in JSON, XML and PNG text.
#pragma once

#include "core/store/float_block.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace qmop {

std::string toBase64(std::span<const std::uint8_t> bytes);

// Nothing for anything that toBase64() does not write, white space included.
std::optional<Bytes> fromBase64(std::string_view text);

} // namespace qmop

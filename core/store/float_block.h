// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers and pixels as few bytes: exact, checked, bounded when read back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qmop {

using Bytes = std::vector<std::uint8_t>;

// zlib's format (RFC 1950), with its checksum.
Bytes deflated(std::span<const std::uint8_t> bytes);

// Exactly `size` bytes, or Error{InvalidSession} beginning with `name`. No more
// than that is ever allocated, and only where so many bytes can come from the
// input (deflate grows at most 1,032-fold): an input of a kilobyte that claims a
// gigabyte is refused unread.
Bytes inflated(std::span<const std::uint8_t> bytes, std::size_t size, const std::string &name);

// float32 [n]: first the lowest byte of every number, then the second and so on,
// deflated: neighbouring weights differ in their low bytes and agree in the high ones.
Bytes packFloats(std::span<const float> values);
std::vector<float> unpackFloats(std::span<const std::uint8_t> bytes, std::size_t count, const std::string &name);

} // namespace qmop

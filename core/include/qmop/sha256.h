// SPDX-License-Identifier: GPL-3.0-or-later
//
// SHA-256 (FIPS 180-4): names pictures in the stage cache, proves that weights
// and logs are the ones a model card speaks of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace qmop {

// Feed any number of pieces, then ask for the digest. hex() does not end the
// stream: it gives the digest of what was fed so far.
class Sha256 {
public:
    void update(std::span<const std::byte> bytes) { update(bytes.data(), bytes.size()); }
    void update(const void *data, std::size_t size);
    void update(std::string_view text) { update(text.data(), text.size()); }

    std::array<std::uint8_t, 32> digest() const;
    // 64 lower-case hexadecimal digits.
    std::string hex() const;

private:
    void absorb(const std::uint8_t *block);

    // First 32 bits of the fractional parts of the square roots of 2 ... 19.
    std::array<std::uint32_t, 8> m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> m_block{};
    std::uint64_t m_size = 0; // bytes fed so far
};

std::string sha256Hex(std::span<const std::byte> bytes);
std::string sha256Hex(std::span<const std::uint8_t> bytes);
std::string sha256Hex(std::string_view text);

// Reads the file in pieces. Throws Error{Internal} where it cannot be read: a
// caller that expects such files checks for them first, with its own message.
std::string sha256OfFile(const std::filesystem::path &path);

} // namespace qmop

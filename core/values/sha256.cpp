// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <vector>

#include "qmop/error.h"

namespace qmop {

namespace {

constexpr std::array<std::uint32_t, 64> roundConstants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t bigEndian32(const std::uint8_t *bytes)
{
    return std::uint32_t(bytes[0]) << 24 | std::uint32_t(bytes[1]) << 16 | std::uint32_t(bytes[2]) << 8 | bytes[3];
}

}

void Sha256::absorb(const std::uint8_t *block)
{
    std::array<std::uint32_t, 64> w;
    for (int t = 0; t < 16; ++t)
        w[t] = bigEndian32(block + 4 * t);
    for (int t = 16; t < 64; ++t) {
        const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
        const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (int t = 0; t < 64; ++t) {
        const std::uint32_t sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t choice = (e & f) ^ (~e & g);
        const std::uint32_t t1 = h + sum1 + choice + roundConstants[t] + w[t];
        const std::uint32_t sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + sum0 + majority;
    }
    const std::array<std::uint32_t, 8> mixed{a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; ++i)
        m_state[i] += mixed[i];
}

void Sha256::update(const void *data, std::size_t size)
{
    const auto *bytes = static_cast<const std::uint8_t *>(data);
    std::size_t filled = m_size % m_block.size();
    m_size += size;
    while (size > 0) {
        if (filled == 0 && size >= m_block.size()) {
            absorb(bytes);
            bytes += m_block.size();
            size -= m_block.size();
            continue;
        }
        const std::size_t taken = std::min(size, m_block.size() - filled);
        std::memcpy(m_block.data() + filled, bytes, taken);
        bytes += taken;
        size -= taken;
        filled += taken;
        if (filled == m_block.size()) {
            absorb(m_block.data());
            filled = 0;
        }
    }
}

std::array<std::uint8_t, 32> Sha256::digest() const
{
    Sha256 padded = *this;
    const std::uint64_t bits = m_size * 8;
    std::array<std::uint8_t, 72> tail{0x80};
    const std::size_t filled = m_size % m_block.size();
    const std::size_t zeros = (filled < 56 ? 56 : 120) - filled; // the marker byte and zeros up to the length
    for (int i = 0; i < 8; ++i)
        tail[zeros + i] = std::uint8_t(bits >> (56 - 8 * i));
    padded.update(tail.data(), zeros + 8);

    std::array<std::uint8_t, 32> out;
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = std::uint8_t(padded.m_state[i / 4] >> (24 - 8 * (i % 4)));
    return out;
}

std::string Sha256::hex() const
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::uint8_t byte : digest()) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

std::string sha256Hex(std::span<const std::uint8_t> bytes)
{
    return sha256Hex(std::as_bytes(bytes));
}

std::string sha256Hex(std::string_view text)
{
    return sha256Hex(std::as_bytes(std::span(text)));
}

std::string sha256OfFile(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    Sha256 hash;
    std::vector<char> piece(1 << 20);
    while (file) {
        file.read(piece.data(), std::streamsize(piece.size()));
        hash.update(piece.data(), std::size_t(file.gcount()));
    }
    if (!file.eof() || file.bad())
        throw Error(ErrorCode::Internal, "cannot read " + path.string(), "check that the file exists and is readable");
    return hash.hex();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bounds-checked reads from the bytes of a picture file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace qmop {

// What is wrong with a file, without its name: "is truncated: ...". decode.cpp
// turns it into an Error that names the file.
struct FormatProblem : std::runtime_error {
    explicit FormatProblem(const std::string &problem)
        : std::runtime_error(problem)
    {
    }
};

class ByteView {
public:
    enum class Order { Little, Big };

    ByteView(std::span<const std::uint8_t> bytes, Order order)
        : m_bytes(bytes)
        , m_order(order)
    {
    }

    std::size_t size() const { return m_bytes.size(); }
    std::span<const std::uint8_t> bytes() const { return m_bytes; }

    // All reads throw FormatProblem beyond the end.
    std::uint8_t u8(std::size_t at) const { return part(at, 1)[0]; }
    std::uint16_t u16(std::size_t at) const
    {
        const auto b = part(at, 2);
        return m_order == Order::Big ? std::uint16_t(b[0] << 8 | b[1]) : std::uint16_t(b[1] << 8 | b[0]);
    }
    std::uint32_t u24(std::size_t at) const // WebP's little-endian triples
    {
        const auto b = part(at, 3);
        return std::uint32_t(b[2]) << 16 | std::uint32_t(b[1]) << 8 | b[0];
    }
    std::uint32_t u32(std::size_t at) const
    {
        const std::uint32_t first = u16(at);
        const std::uint32_t second = u16(at + 2);
        return m_order == Order::Big ? first << 16 | second : second << 16 | first;
    }
    std::string_view text(std::size_t at, std::size_t length) const
    {
        const auto b = part(at, length);
        return {reinterpret_cast<const char *>(b.data()), b.size()};
    }
    std::span<const std::uint8_t> part(std::size_t at, std::size_t length) const
    {
        if (at > m_bytes.size() || length > m_bytes.size() - at)
            throw FormatProblem("is truncated");
        return m_bytes.subspan(at, length);
    }

private:
    std::span<const std::uint8_t> m_bytes;
    Order m_order;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/float_block.h"

#include "qmop/error.h"

#include <bit>
#include <new>

#include <zlib.h>

namespace qmop {

namespace {

constexpr std::size_t maxGrowth = 1032; // of deflate: 258 bytes from two bits

[[noreturn]] void refuse(const std::string &name)
{
    throw Error(ErrorCode::InvalidSession, name + ": the numbers of this run are damaged",
                "take the file from a backup, or ask the question again");
}

}

Bytes deflated(std::span<const std::uint8_t> bytes)
{
    uLongf size = ::compressBound(uLong(bytes.size()));
    Bytes packed(size);
    // Level 1: higher ones save less than a tenth here and take several times as long.
    if (::compress2(packed.data(), &size, bytes.data(), uLong(bytes.size()), 1) != Z_OK)
        throw std::bad_alloc();
    packed.resize(size);
    return packed;
}

Bytes inflated(std::span<const std::uint8_t> bytes, std::size_t size, const std::string &name)
{
    if (size / maxGrowth > bytes.size())
        refuse(name);
    Bytes whole(size);
    std::uint8_t none = 0;
    uLongf written = uLongf(size);
    uLong read = uLong(bytes.size());
    const int result = ::uncompress2(size > 0 ? whole.data() : &none, &written, bytes.data(), &read);
    if (result != Z_OK || written != size || read != bytes.size())
        refuse(name);
    return whole;
}

Bytes packFloats(std::span<const float> values)
{
    const std::size_t count = values.size();
    Bytes planes(count * 4);
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(values[i]);
        for (std::size_t plane = 0; plane < 4; ++plane)
            planes[plane * count + i] = std::uint8_t(bits >> (8 * plane));
    }
    return deflated(planes);
}

std::vector<float> unpackFloats(std::span<const std::uint8_t> bytes, std::size_t count, const std::string &name)
{
    const Bytes planes = inflated(bytes, count * 4, name);
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t bits = 0;
        for (std::size_t plane = 0; plane < 4; ++plane)
            bits |= std::uint32_t(planes[plane * count + i]) << (8 * plane);
        values[i] = std::bit_cast<float>(bits);
    }
    return values;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figure/base64.h"

#include <array>

namespace qmop {

namespace {

constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int, 256> makeValues()
{
    std::array<int, 256> values{};
    values.fill(-1);
    for (int i = 0; i < 64; ++i)
        values[std::size_t(letters[i])] = i;
    return values;
}
constexpr std::array<int, 256> values = makeValues();

}

std::string toBase64(std::span<const std::uint8_t> bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const unsigned three
            = unsigned(bytes[i]) << 16 | (left > 1 ? unsigned(bytes[i + 1]) << 8 : 0) | (left > 2 ? bytes[i + 2] : 0U);
        text += letters[three >> 18];
        text += letters[three >> 12 & 63];
        text += left > 1 ? letters[three >> 6 & 63] : '=';
        text += left > 2 ? letters[three & 63] : '=';
    }
    return text;
}

std::optional<Bytes> fromBase64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const std::size_t count = i + 4 == text.size() ? 4 - padding : 4; // letters before the padding
        unsigned four = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const int value = j < count ? values[std::uint8_t(text[i + j])] : 0;
            if (value < 0)
                return std::nullopt;
            four = four << 6 | unsigned(value);
        }
        for (std::size_t j = 0; j + 1 < count; ++j)
            bytes.push_back(std::uint8_t(four >> (16 - 8 * j)));
        if (count < 4 && (four & ((1U << (8 * (4 - count))) - 1)) != 0)
            return std::nullopt; // bits that belong to no byte
    }
    return bytes;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/byte_alphabet.h"

namespace qmop {

namespace {

constexpr int firstSubstitute = 256;

// Printable Latin-1 stands for itself; the rest is numbered from U+0100 in byte order.
constexpr std::array<int, 256> makeCodePoints()
{
    std::array<int, 256> points{};
    int next = firstSubstitute;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        points[std::size_t(byte)] = printable ? byte : next++;
    }
    return points;
}

constexpr std::array<int, 256> codePoints = makeCodePoints();
constexpr int alphabetEnd = firstSubstitute + 68;

constexpr std::array<int, alphabetEnd> makeBytes()
{
    std::array<int, alphabetEnd> bytes{};
    for (int &byte : bytes)
        byte = -1;
    for (int byte = 0; byte < 256; ++byte)
        bytes[std::size_t(codePoints[std::size_t(byte)])] = byte;
    return bytes;
}

constexpr std::array<int, alphabetEnd> byteOfCodePoint = makeBytes();

std::array<std::string, 256> makeCharacters()
{
    std::array<std::string, 256> characters;
    for (std::size_t byte = 0; byte < 256; ++byte) {
        const int point = codePoints[byte];
        if (point < 0x80)
            characters[byte] = std::string(1, char(point));
        else
            characters[byte] = {char(0xc0 | (point >> 6)), char(0x80 | (point & 0x3f))};
    }
    return characters;
}

}

const std::array<std::string, 256> &byteCharacters()
{
    static const std::array<std::string, 256> characters = makeCharacters();
    return characters;
}

std::optional<std::string> bytesFromSpelling(std::string_view spelling)
{
    std::string bytes;
    for (std::size_t i = 0; i < spelling.size(); ++i) {
        int point = std::uint8_t(spelling[i]);
        if (point >= 0xc0 && point < 0xe0 && i + 1 < spelling.size())
            point = (point & 0x1f) << 6 | (std::uint8_t(spelling[++i]) & 0x3f);
        else if (point >= 0x80)
            return std::nullopt;
        if (point >= alphabetEnd || byteOfCodePoint[std::size_t(point)] < 0)
            return std::nullopt;
        bytes += char(byteOfCodePoint[std::size_t(point)]);
    }
    return bytes;
}

std::string spellingFromBytes(std::string_view bytes)
{
    std::string spelling;
    for (char byte : bytes)
        spelling += byteCharacters()[std::uint8_t(byte)];
    return spelling;
}

} // namespace qmop

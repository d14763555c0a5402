// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/pre_tokenizer.h"

#include <utf8proc.h>

#include <array>
#include <cstdint>

namespace qmop {

namespace {

enum class Kind : std::uint8_t { Letter, Number, Space, Other };

// Unicode's White_Space, which is wider than category Z (controls) and narrower
// than utf8proc's notion (no U+200B).
bool isSpace(utf8proc_int32_t point)
{
    return (point >= 0x9 && point <= 0xd) || point == 0x20 || point == 0x85 || point == 0xa0 || point == 0x1680
        || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 || point == 0x202f
        || point == 0x205f || point == 0x3000;
}

Kind kindOf(utf8proc_int32_t point)
{
    if (isSpace(point))
        return Kind::Space;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return Kind::Letter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return Kind::Number;
    default:
        return Kind::Other;
    }
}

struct Character {
    std::size_t begin = 0; // byte offset
    Kind kind = Kind::Other;
    char ascii = 0; // 0 for everything beyond ASCII
};

// With one more entry behind the end, for its offset.
std::vector<Character> classify(std::string_view text)
{
    std::vector<Character> characters;
    characters.reserve(text.size() + 1);
    for (std::size_t position = 0; position < text.size();) {
        utf8proc_int32_t point = 0;
        const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(text.data()) + position,
                                             utf8proc_ssize_t(text.size() - position), &point);
        characters.push_back({position, kindOf(point), point < 0x80 ? char(point) : char(0)});
        position += length > 0 ? std::size_t(length) : 1;
    }
    characters.push_back({text.size(), Kind::Other, 0});
    return characters;
}

// Characters in the contraction that begins at `first`, or 0.
std::size_t contractionLength(const std::vector<Character> &characters, std::size_t first)
{
    constexpr std::array<std::string_view, 7> endings{"s", "t", "re", "ve", "m", "ll", "d"};
    if (characters[first].ascii != '\'')
        return 0;
    for (std::string_view ending : endings) {
        std::size_t matched = 0;
        while (matched < ending.size() && first + 1 + matched + 1 < characters.size()
               && characters[first + 1 + matched].ascii == ending[matched])
            ++matched;
        if (matched == ending.size())
            return 1 + matched;
    }
    return 0;
}

}

std::vector<std::string_view> splitWords(std::string_view text)
{
    const std::vector<Character> characters = classify(text);
    const std::size_t count = characters.size() - 1;
    std::vector<std::string_view> words;
    auto runEnd = [&](std::size_t first) {
        std::size_t end = first;
        while (end < count && characters[end].kind == characters[first].kind)
            ++end;
        return end;
    };
    for (std::size_t first = 0; first < count;) {
        std::size_t end = first + contractionLength(characters, first);
        if (end == first) {
            const std::size_t body = first + (characters[first].ascii == ' ' ? 1 : 0);
            if (body < count && characters[body].kind != Kind::Space) {
                end = runEnd(body);
            } else {
                // White space; its last character is left for the next word unless it is alone.
                end = runEnd(first);
                if (end < count && end - first > 1)
                    --end;
            }
        }
        words.push_back(text.substr(characters[first].begin, characters[end].begin - characters[first].begin));
        first = end;
    }
    return words;
}

} // namespace qmop

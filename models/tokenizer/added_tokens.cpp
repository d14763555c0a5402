// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/added_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace qmop {

namespace {

bool isAsciiSpace(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

// Beyond ASCII everything counts as part of a word.
bool isWordByte(char byte)
{
    return std::uint8_t(byte) >= 0x80 || std::isalnum(std::uint8_t(byte)) || byte == '_';
}

bool standsAlone(std::string_view text, std::size_t begin, std::size_t end)
{
    return (begin == 0 || !isWordByte(text[begin - 1])) && (end == text.size() || !isWordByte(text[end]));
}

}

std::vector<TextSpan> splitAtTokens(std::string_view text, const std::vector<const AddedToken *> &tokens)
{
    // By first byte, longest first: most positions of a text match nothing.
    std::array<std::vector<const AddedToken *>, 256> byFirstByte;
    for (const AddedToken *token : tokens)
        if (!token->content.empty())
            byFirstByte[std::uint8_t(token->content[0])].push_back(token);
    for (auto &candidates : byFirstByte)
        std::stable_sort(candidates.begin(), candidates.end(), [](const AddedToken *a, const AddedToken *b) {
            return a->content.size() > b->content.size();
        });

    std::vector<TextSpan> spans;
    std::size_t pending = 0; // begin of the text that no token has taken
    for (std::size_t position = 0; position < text.size();) {
        const AddedToken *match = nullptr;
        for (const AddedToken *token : byFirstByte[std::uint8_t(text[position])])
            if (text.substr(position).starts_with(token->content)) {
                match = token;
                break;
            }
        if (!match || (match->singleWord && !standsAlone(text, position, position + match->content.size()))) {
            ++position;
            continue;
        }
        std::size_t begin = position;
        std::size_t end = position + match->content.size();
        while (match->stripLeft && begin > pending && isAsciiSpace(text[begin - 1]))
            --begin;
        while (match->stripRight && end < text.size() && isAsciiSpace(text[end]))
            ++end;
        if (begin > pending)
            spans.push_back({text.substr(pending, begin - pending), -1});
        spans.push_back({text.substr(begin, end - begin), match->id});
        position = pending = end;
    }
    if (pending < text.size())
        spans.push_back({text.substr(pending), -1});
    return spans;
}

} // namespace qmop

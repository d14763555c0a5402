// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/normalizer.h"

#include "qmop/error.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <new>

namespace qmop {

namespace {

constexpr utf8proc_int32_t capitalIWithDot = 0x130;

// Length of the valid sequence at `position`, or a negative number.
utf8proc_ssize_t decodeAt(std::string_view text, std::size_t position, utf8proc_int32_t &point)
{
    return utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(text.data()) + position,
                            utf8proc_ssize_t(text.size() - position), &point);
}

void append(std::string &text, utf8proc_int32_t point)
{
    utf8proc_uint8_t bytes[4];
    const auto size = utf8proc_encode_char(point, bytes);
    text.append(reinterpret_cast<const char *>(bytes), std::size_t(size));
}

// Character by character, as tokenizers does: no final-sigma rule. Only U+0130
// becomes two characters in Unicode's unconditional mappings.
std::string lowercase(std::string_view text)
{
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t position = 0; position < text.size();) {
        utf8proc_int32_t point = 0;
        position += std::size_t(decodeAt(text, position, point));
        append(lower, point == capitalIWithDot ? 'i' : utf8proc_tolower(point));
        if (point == capitalIWithDot)
            append(lower, 0x307);
    }
    return lower;
}

std::string normalForm(std::string_view text, int options)
{
    utf8proc_uint8_t *mapped = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                                   utf8proc_ssize_t(text.size()), &mapped, utf8proc_option_t(options));
    if (size < 0)
        throw std::bad_alloc();
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    return std::string(reinterpret_cast<const char *>(mapped), std::size_t(size));
}

// How many bytes a decoder skips at a damaged sequence: the longest prefix of
// something valid (Unicode's "maximal subpart"), at least one.
std::size_t damagedLength(std::string_view text)
{
    const auto lead = std::uint8_t(text[0]);
    std::size_t expected = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
    if (lead > 0xf4)
        expected = 1;
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xbf;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    std::size_t length = 1;
    while (length < expected && length < text.size()) {
        const auto byte = std::uint8_t(text[length]);
        if (byte < low || byte > high)
            break;
        low = 0x80;
        high = 0xbf;
        ++length;
    }
    return length;
}

}

void requireUtf8(std::string_view text)
{
    for (std::size_t position = 0; position < text.size();) {
        utf8proc_int32_t point = 0;
        const auto length = decodeAt(text, position, point);
        if (length <= 0)
            throw Error(ErrorCode::InvalidQuestion, "the question is not UTF-8 at byte " + std::to_string(position),
                        "type the question again, or convert it to UTF-8");
        position += std::size_t(length);
    }
}

std::string repairUtf8(std::string_view text)
{
    std::string repaired;
    for (std::size_t position = 0; position < text.size();) {
        utf8proc_int32_t point = 0;
        const auto length = decodeAt(text, position, point);
        if (length > 0) {
            repaired.append(text, position, std::size_t(length));
            position += std::size_t(length);
        } else {
            repaired += "\xEF\xBF\xBD";
            position += damagedLength(text.substr(position));
        }
    }
    return repaired;
}

std::string normalize(std::string_view text, const std::vector<NormalizerStep> &steps)
{
    std::string result(text);
    for (NormalizerStep step : steps) {
        switch (step) {
        case NormalizerStep::Lowercase:
            result = lowercase(result);
            break;
        case NormalizerStep::Nfc:
            result = normalForm(result, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
            break;
        case NormalizerStep::Nfd:
            result = normalForm(result, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
            break;
        case NormalizerStep::Nfkc:
            result = normalForm(result, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
            break;
        case NormalizerStep::Nfkd:
            result = normalForm(result, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
            break;
        }
    }
    return result;
}

} // namespace qmop

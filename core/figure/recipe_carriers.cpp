// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figure/recipe_carriers.h"

#include "core/figure/base64.h"
#include "qmop/error.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include <zlib.h>

namespace qmop {

namespace {

constexpr std::string_view pngSignature("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view keyword("qmop-recipe\0", 12);
constexpr std::string_view opening = "<qmop:recipe ";
constexpr std::string_view closing = "</qmop:recipe>";

[[noreturn]] void refuse(const std::string &name, const char *why)
{
    throw Error(ErrorCode::InvalidSession, name + ": the recipe of this figure " + why,
                "take the file from a backup, or save the figure again");
}

std::string_view asText(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

std::uint32_t bigEndian(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (char byte : bytes.substr(0, 4))
        value = value << 8 | std::uint8_t(byte);
    return value;
}

std::uint32_t checksum(std::string_view bytes)
{
    return std::uint32_t(::crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

void append(Bytes &bytes, std::string_view text)
{
    bytes.insert(bytes.end(), text.begin(), text.end());
}

void appendBigEndian(Bytes &bytes, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(std::uint8_t(value >> shift));
}

// Keyword, not compressed, no language, no translated keyword, UTF-8.
void appendText(Bytes &png, std::string_view key, std::string_view text)
{
    std::string chunk = "iTXt";
    chunk.append(key).append(std::string_view("\0\0\0\0\0", 5)).append(text);
    appendBigEndian(png, std::uint32_t(chunk.size() - 4));
    append(png, chunk);
    appendBigEndian(png, checksum(chunk));
}

// The number in ` key="…"`; nothing for anything else.
std::optional<std::size_t> attribute(std::string_view tag, std::string_view key)
{
    const std::size_t at = tag.find(key);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view digits = tag.substr(at + key.size());
    std::size_t value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec != std::errc() || result.ptr == digits.data() + digits.size() || *result.ptr != '"')
        return std::nullopt;
    return value;
}

// The JSON in the first element of the text.
std::optional<std::string> fromElement(std::string_view text, const std::string &name)
{
    const std::size_t start = text.find(opening);
    if (start == std::string_view::npos)
        return std::nullopt;
    const std::size_t tagEnd = text.find('>', start);
    const std::size_t end = tagEnd == std::string_view::npos ? tagEnd : text.find(closing, tagEnd);
    if (end == std::string_view::npos)
        refuse(name, "is cut off");
    const std::string_view tag = text.substr(start, tagEnd - start);
    if (tag.find("encoding=\"zlib+base64\"") == std::string_view::npos)
        refuse(name, "is written in a way that this version does not know");
    const std::optional<std::size_t> size = attribute(tag, "size=\"");
    if (!size)
        refuse(name, "is damaged");
    if (*size > maxRecipe)
        refuse(name, "is too large");
    const std::optional<Bytes> packed = fromBase64(text.substr(tagEnd + 1, end - tagEnd - 1));
    if (!packed)
        refuse(name, "is damaged");
    try {
        const Bytes json = inflated(*packed, *size, name);
        return std::string(asText(json));
    } catch (const Error &) {
        refuse(name, "is damaged");
    }
}

// Chunk by chunk up to where the file ends or makes no sense.
std::optional<std::string> fromPng(std::string_view png, const std::string &name)
{
    std::size_t at = pngSignature.size();
    while (png.size() - at >= 12) {
        const std::size_t length = bigEndian(png.substr(at));
        const std::string_view chunk = png.substr(at + 4, std::min(length + 4, png.size() - at - 4));
        const bool recipe = chunk.starts_with("iTXt") && chunk.substr(4).starts_with(keyword);
        if (length > png.size() - at - 12) { // cut off
            if (recipe)
                refuse(name, "is cut off");
            return std::nullopt;
        }
        if (recipe && checksum(chunk) != bigEndian(png.substr(at + 8 + length)))
            refuse(name, "is damaged");
        if (recipe)
            return fromElement(chunk, name);
        at += length + 12;
    }
    return std::nullopt;
}

}

std::string recipeElement(std::string_view recipe)
{
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(recipe.data());
    return std::string(opening) + "xmlns:qmop=\"urn:qmop:figure:1\" size=\"" + std::to_string(recipe.size())
        + "\" encoding=\"zlib+base64\">" + toBase64(deflated({bytes, recipe.size()})) + std::string(closing);
}

std::string xmlText(std::string_view text)
{
    std::string escaped;
    for (char letter : text) {
        switch (letter) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            if (std::uint8_t(letter) >= 0x20 || letter == '\n' || letter == '\t')
                escaped += letter;
        }
    }
    return escaped;
}

Bytes pngWithRecipe(std::span<const std::uint8_t> png, std::string_view element, std::string_view caption)
{
    constexpr std::size_t afterHeader = 8 + 12 + 13; // the header chunk must stay the first
    Bytes bytes(png.begin(), png.begin() + std::ptrdiff_t(std::min(afterHeader, png.size())));
    appendText(bytes, "Software", "QMoP Explorer " QMOP_VERSION);
    appendText(bytes, "Description", caption);
    appendText(bytes, "qmop-recipe", element);
    bytes.insert(bytes.end(), png.begin() + std::ptrdiff_t(std::min(afterHeader, png.size())), png.end());
    return bytes;
}

std::string svgWithRecipe(std::string_view svg, std::string_view element)
{
    const std::size_t root = svg.find("<svg");
    const std::size_t at = root == std::string_view::npos ? root : svg.find('>', root);
    if (at == std::string_view::npos)
        return std::string(svg);
    return std::string(svg.substr(0, at + 1)) + "\n<metadata>" + std::string(element) + "</metadata>"
        + std::string(svg.substr(at + 1));
}

std::string xmpPacket(std::string_view element, std::string_view title, std::string_view caption)
{
    const auto localized = [](std::string_view text) {
        return "<rdf:Alt><rdf:li xml:lang=\"x-default\">" + xmlText(text) + "</rdf:li></rdf:Alt>";
    };
    return "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
           "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
           "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:qmop=\"urn:qmop:figure:1\">\n"
           "<xmp:CreatorTool>QMoP Explorer " QMOP_VERSION "</xmp:CreatorTool>\n<dc:title>"
        + localized(title) + "</dc:title>\n<dc:description>" + localized(caption)
        + "</dc:description>\n<qmop:figure rdf:parseType=\"Literal\">" + std::string(element)
        + "</qmop:figure>\n</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

std::optional<std::string> recipeIn(std::span<const std::uint8_t> file, const std::string &name)
{
    const std::string_view text = asText(file);
    if (text.starts_with(pngSignature))
        return fromPng(text, name);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        if (text.size() > maxRecipe)
            refuse(name, "is too large");
        return std::string(text);
    }
    const std::string_view head = text.substr(0, 1024);
    const bool svg = head.find("<svg") != std::string_view::npos || head.find("<?xml") != std::string_view::npos;
    if (!svg && head.find("%PDF-") == std::string_view::npos)
        return std::nullopt;
    return fromElement(text, name);
}

std::optional<std::string> recipeInFile(const std::filesystem::path &file)
{
    const std::string name = file.filename().string();
    std::error_code error;
    const auto unreadable = [&](const char *why) {
        throw Error(ErrorCode::InvalidSession, file.string() + ": " + why, "check the path, or choose another file");
    };
    if (std::filesystem::is_directory(file, error))
        throw Error(ErrorCode::InvalidArgument, file.string() + ": is a folder", "name a figure in it");
    if (!std::filesystem::is_regular_file(file, error))
        unreadable("there is no such file");
    if (std::filesystem::file_size(file, error) > maxFigureFile)
        unreadable("is too large for a figure");
    std::ifstream stream(file, std::ios::binary);
    const Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
    if (stream.bad() || bytes.empty())
        unreadable("cannot be read, or is empty");
    return recipeIn(bytes, name);
}

} // namespace qmop

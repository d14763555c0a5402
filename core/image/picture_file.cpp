// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/picture_file.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "core/image/byte_view.h"

namespace qmop {

namespace {

using namespace std::string_view_literals;

struct Signature {
    std::size_t at;
    std::string_view bytes;
    const char *name;
};

constexpr Signature otherFormats[] = {
    {0, "GIF8"sv, "a GIF picture"},
    {4, "ftypheic"sv, "a HEIC picture"},
    {4, "ftypheix"sv, "a HEIC picture"},
    {4, "ftypmif1"sv, "a HEIC picture"},
    {4, "ftypavif"sv, "an AVIF picture"},
    {4, "ftyp"sv, "an MP4 video"},
    {0, "\0\0\0\x0CjP  "sv, "a JPEG 2000 picture"},
    {0, "\xFF\x0A"sv, "a JPEG XL picture"},
    {0, "\0\0\0\x0CJXL "sv, "a JPEG XL picture"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "8BPS"sv, "a Photoshop document"},
    {0, "\0\0\1\0"sv, "an icon"},
    {0, "\x76\x2F\x31\x01"sv, "an OpenEXR picture"},
    {0, "PK\3\4"sv, "a ZIP archive"},
    {0, "\x1F\x8B"sv, "a gzip archive"},
    {0,
     "\x7F"
     "ELF"sv,
     "a program"},
    {0, "RIFF"sv, "a RIFF audio or video file"},
};

bool startsWith(std::string_view content, std::size_t at, std::string_view signature)
{
    return content.size() >= at && content.substr(at).starts_with(signature);
}

}

const char *formatName(PictureFormat format)
{
    constexpr const char *names[] = {"PNG", "JPEG", "WebP", "BMP", "TIFF"};
    return names[int(format)];
}

const char *formatExtension(PictureFormat format)
{
    constexpr const char *extensions[] = {".png", ".jpg", ".webp", ".bmp", ".tif"};
    return extensions[int(format)];
}

std::optional<PictureFormat> sniffFormat(std::span<const std::uint8_t> bytes)
{
    const std::string_view content(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (content.starts_with("\x89PNG\r\n\x1A\n"sv))
        return PictureFormat::Png;
    if (content.starts_with("\xFF\xD8\xFF"sv))
        return PictureFormat::Jpeg;
    if (content.starts_with("RIFF"sv) && startsWith(content, 8, "WEBP"sv))
        return PictureFormat::WebP;
    if (content.starts_with("II*\0"sv) || content.starts_with("MM\0*"sv) || content.starts_with("II+\0"sv)
        || content.starts_with("MM\0+"sv))
        return PictureFormat::Tiff;
    // "BM" alone may start a text: the size of the second header tells.
    if (content.starts_with("BM"sv) && bytes.size() >= 18) {
        const std::uint32_t headerSize = ByteView(bytes, ByteView::Order::Little).u32(14);
        if (headerSize == 12 || (headerSize >= 16 && headerSize <= 124))
            return PictureFormat::Bmp;
    }
    return std::nullopt;
}

std::string describeContent(std::span<const std::uint8_t> bytes)
{
    const std::string_view content(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    for (const Signature &signature : otherFormats)
        if (startsWith(content, signature.at, signature.bytes))
            return signature.name;
    const std::string_view head = content.substr(0, 1024);
    if (head.find("<svg"sv) != head.npos)
        return "an SVG drawing";
    if (head.find("<html"sv) != head.npos || head.find("<!DOCTYPE html"sv) != head.npos)
        return "an HTML page";
    if (content.size() >= 3 && content[0] == 'P' && content[1] >= '1' && content[1] <= '7' && std::isspace(content[2]))
        return "a PNM picture";
    const bool printable
        = std::all_of(head.begin(), head.end(), [](unsigned char c) { return c >= 32 || std::isspace(c); });
    return printable ? "text" : "of an unknown format";
}

PictureHeader readHeader(std::span<const std::uint8_t> bytes, PictureFormat format)
{
    constexpr PictureHeader (*readers[])(std::span<const std::uint8_t>)
        = {readPngHeader, readJpegHeader, readWebPHeader, readBmpHeader, readTiffHeader};
    return readers[int(format)](bytes);
}

void checkWhole(std::span<const std::uint8_t> bytes, PictureFormat format)
{
    constexpr void (*checks[])(std::span<const std::uint8_t>) = {checkPng, checkJpeg, checkWebP, checkBmp, checkTiff};
    checks[int(format)](bytes);
}

int exifOrientation(std::span<const std::uint8_t> block)
{
    constexpr int orientationTag = 0x0112;
    constexpr int shortType = 3;
    if (block.size() >= 6 && ByteView(block, ByteView::Order::Big).text(0, 6) == "Exif\0\0"sv)
        block = block.subspan(6);
    if (block.size() < 8)
        return 1;
    const ByteView view(block, block[0] == 'M' ? ByteView::Order::Big : ByteView::Order::Little);
    try {
        const std::uint32_t directory = view.u32(4);
        const int entries = view.u16(directory);
        for (int i = 0; i < entries; ++i) {
            const std::size_t entry = std::size_t(directory) + 2 + std::size_t(i) * 12;
            if (view.u16(entry) != orientationTag || view.u16(entry + 2) != shortType)
                continue;
            const int value = view.u16(entry + 8);
            return value >= 1 && value <= 8 ? value : 1;
        }
    } catch (const FormatProblem &) {
        // A damaged block says nothing about the pixels.
    }
    return 1;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// PNG (ISO/IEC 15948): a chain of chunks, each with a CRC.
#include "core/image/picture_file.h"

#include <array>
#include <string>
#include <string_view>

#include "core/image/byte_view.h"

namespace qmop {

namespace {

constexpr std::size_t signatureSize = 8;
constexpr std::size_t chunkFrame = 12; // length, type, CRC

std::uint32_t crc32(std::span<const std::uint8_t> bytes)
{
    static const std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> entries;
        for (std::uint32_t n = 0; n < entries.size(); ++n) {
            std::uint32_t c = n;
            for (int bit = 0; bit < 8; ++bit)
                c = c & 1 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
            entries[n] = c;
        }
        return entries;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (std::uint8_t byte : bytes)
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

struct Chunk {
    std::string_view type;
    std::span<const std::uint8_t> data;
    std::uint32_t crc = 0;
    std::size_t next = 0;
};

Chunk readChunk(const ByteView &view, std::size_t at)
{
    Chunk chunk;
    const std::uint32_t length = view.u32(at);
    chunk.type = view.text(at + 4, 4);
    chunk.data = view.part(at + 8, length);
    chunk.crc = view.u32(at + 8 + length);
    chunk.next = at + chunkFrame + length;
    return chunk;
}

bool crcMatches(const ByteView &view, std::size_t at, const Chunk &chunk)
{
    return crc32(view.part(at + 4, 4 + chunk.data.size())) == chunk.crc;
}

int scaledGrey(const ByteView &key, int bitDepth)
{
    const int value = key.u16(0);
    if (bitDepth == 16)
        return value;
    return (value & ((1 << bitDepth) - 1)) * 255 / ((1 << bitDepth) - 1);
}

}

PictureHeader readPngHeader(std::span<const std::uint8_t> bytes)
{
    const ByteView view(bytes, ByteView::Order::Big);
    const Chunk first = readChunk(view, signatureSize);
    if (first.type != "IHDR" || first.data.size() != 13 || !crcMatches(view, signatureSize, first))
        throw FormatProblem("is damaged: its PNG header does not match its checksum");
    const ByteView ihdr(first.data, ByteView::Order::Big);
    PictureHeader header;
    header.width = ihdr.u32(0);
    header.height = ihdr.u32(4);
    const int bitDepth = ihdr.u8(8);
    if (bitDepth != 1 && bitDepth != 2 && bitDepth != 4 && bitDepth != 8 && bitDepth != 16)
        throw FormatProblem("is damaged: its PNG header states a bit depth that does not exist");
    const bool grey = ihdr.u8(9) == 0;

    // eXIf may stand behind the pixels, so the whole chain is walked; a chain
    // that breaks off is checkPng()'s to report.
    try {
        for (std::size_t at = first.next; at < view.size();) {
            const Chunk chunk = readChunk(view, at);
            if (chunk.type == "IEND")
                break;
            if (chunk.type == "eXIf" && crcMatches(view, at, chunk))
                header.orientation = exifOrientation(chunk.data);
            if (chunk.type == "acTL")
                header.animated = true;
            if (chunk.type == "tRNS" && grey && chunk.data.size() >= 2)
                header.transparentGrey = scaledGrey(ByteView(chunk.data, ByteView::Order::Big), bitDepth);
            at = chunk.next;
        }
    } catch (const FormatProblem &) {
    }
    return header;
}

void checkPng(std::span<const std::uint8_t> bytes)
{
    const ByteView view(bytes, ByteView::Order::Big);
    bool pixels = false;
    for (std::size_t at = signatureSize; at < view.size();) {
        Chunk chunk;
        try {
            chunk = readChunk(view, at);
        } catch (const FormatProblem &) {
            throw FormatProblem("is truncated: it ends inside a PNG chunk");
        }
        // Upper-case first letter: the chunk is needed for the picture.
        const bool critical = (chunk.type[0] & 0x20) == 0;
        if (critical && !crcMatches(view, at, chunk))
            throw FormatProblem("is damaged: PNG chunk " + std::to_string(at) + " does not match its checksum");
        pixels = pixels || chunk.type == "IDAT";
        if (chunk.type == "IEND") {
            if (!pixels)
                throw FormatProblem("is damaged: the PNG holds no pixels");
            return;
        }
        at = chunk.next;
    }
    throw FormatProblem("is truncated: the PNG has no end chunk");
}

} // namespace qmop

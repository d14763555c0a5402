// SPDX-License-Identifier: GPL-3.0-or-later
//
// WebP container (RFC 9649): RIFF chunks with a picture (VP8, VP8L), or, in the
// extended form (VP8X), alpha, EXIF and animation frames (ANMF).
#include "core/image/picture_file.h"

#include <algorithm>
#include <string_view>

#include "core/image/byte_view.h"

namespace qmop {

namespace {

constexpr std::size_t riffFrame = 8; // FourCC, size
constexpr std::size_t riffHeader = 12;
constexpr std::size_t frameHeader = 16; // of ANMF: position, size, duration, flags
constexpr std::uint8_t animationFlag = 0x02;
constexpr std::uint8_t alphaFlag = 0x10;

struct Chunk {
    std::string_view type;
    std::span<const std::uint8_t> data;
    std::span<const std::uint8_t> whole; // with frame and padding
    std::size_t next = 0;
};

Chunk readChunk(const ByteView &view, std::size_t at)
{
    Chunk chunk;
    const std::size_t size = view.u32(at + 4);
    chunk.type = view.text(at, 4);
    chunk.data = view.part(at + riffFrame, size);
    // The padding byte of the last chunk is missing in some files.
    chunk.next = std::min(at + riffFrame + size + size % 2, view.size());
    chunk.whole = view.part(at, chunk.next - at);
    return chunk;
}

// Only the bytes that RIFF's own size covers; what follows is not WebP.
ByteView riffContent(std::span<const std::uint8_t> bytes)
{
    const ByteView file(bytes, ByteView::Order::Little);
    const std::size_t size = std::size_t(file.u32(4)) + riffFrame;
    return {bytes.first(std::min(size, bytes.size())), ByteView::Order::Little};
}

// Sets the size from a picture chunk; false for other chunks.
bool readBitstreamSize(const Chunk &chunk, std::int64_t &width, std::int64_t &height)
{
    const ByteView data(chunk.data, ByteView::Order::Little);
    if (chunk.type == "VP8 ") {
        if (data.u24(3) != 0x2A019D)
            throw FormatProblem("is damaged: the WebP picture does not start with a key frame");
        width = data.u16(6) & 0x3FFF;
        height = data.u16(8) & 0x3FFF;
        return true;
    }
    if (chunk.type == "VP8L") {
        if (data.u8(0) != 0x2F)
            throw FormatProblem("is damaged: the WebP picture has a wrong signature");
        const std::uint32_t packed = data.u32(1);
        width = (packed & 0x3FFF) + 1;
        height = (packed >> 14 & 0x3FFF) + 1;
        return true;
    }
    return false;
}

void append(std::vector<std::uint8_t> &out, std::string_view text)
{
    out.insert(out.end(), text.begin(), text.end());
}

void append(std::vector<std::uint8_t> &out, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        out.push_back(std::uint8_t(value >> (8 * i)));
}

// A still WebP with the first frame of an animation.
void readFirstFrame(const Chunk &frame, PictureHeader &header)
{
    const ByteView data(frame.data, ByteView::Order::Little);
    header.frameLeft = std::int64_t(data.u24(0)) * 2;
    header.frameTop = std::int64_t(data.u24(3)) * 2;
    header.frameWidth = std::int64_t(data.u24(6)) + 1;
    header.frameHeight = std::int64_t(data.u24(9)) + 1;
    if (header.frameLeft + header.frameWidth > header.width || header.frameTop + header.frameHeight > header.height)
        throw FormatProblem("is damaged: the first WebP frame reaches beyond the canvas");

    std::vector<std::uint8_t> chunks;
    bool alpha = false, picture = false;
    for (std::size_t at = frameHeader; at < data.size() && !picture;) {
        const Chunk part = readChunk(data, at);
        std::int64_t width = 0, height = 0;
        picture = readBitstreamSize(part, width, height);
        if (picture && (width != header.frameWidth || height != header.frameHeight))
            throw FormatProblem("is damaged: the first WebP frame has two different sizes");
        alpha = alpha || part.type == "ALPH";
        if (picture || part.type == "ALPH")
            chunks.insert(chunks.end(), part.whole.begin(), part.whole.end());
        at = part.next;
    }
    if (!picture)
        throw FormatProblem("is damaged: the first WebP frame holds no picture");
    if (chunks.size() % 2 != 0)
        chunks.push_back(0);

    std::vector<std::uint8_t> still;
    append(still, "RIFF");
    append(still, 4 + (alpha ? 18 : 0) + chunks.size(), 4);
    append(still, "WEBP");
    if (alpha) {
        append(still, "VP8X");
        append(still, 10, 4);
        append(still, alphaFlag, 4);
        append(still, std::uint64_t(header.frameWidth - 1), 3);
        append(still, std::uint64_t(header.frameHeight - 1), 3);
    }
    still.insert(still.end(), chunks.begin(), chunks.end());
    header.standIn = std::move(still);
}

}

PictureHeader readWebPHeader(std::span<const std::uint8_t> bytes)
{
    const ByteView view = riffContent(bytes);
    PictureHeader header;
    bool extended = false;
    // EXIF stands behind the pixels: walk all; checkWebP() reports a chain that
    // breaks off.
    for (std::size_t at = riffHeader; at + riffFrame <= view.size();) {
        Chunk chunk;
        try {
            chunk = readChunk(view, at);
        } catch (const FormatProblem &) {
            break;
        }
        std::int64_t width = 0, height = 0;
        if (chunk.type == "VP8X") {
            const ByteView data(chunk.data, ByteView::Order::Little);
            extended = true;
            header.animated = (data.u8(0) & animationFlag) != 0;
            header.width = std::int64_t(data.u24(4)) + 1;
            header.height = std::int64_t(data.u24(7)) + 1;
        } else if (chunk.type == "ANMF" && header.standIn.empty()) {
            readFirstFrame(chunk, header);
        } else if (chunk.type == "EXIF") {
            header.orientation = exifOrientation(chunk.data);
        } else if (readBitstreamSize(chunk, width, height)) {
            if (extended && (width != header.width || height != header.height))
                throw FormatProblem("is damaged: the WebP header and its picture have different sizes");
            header.width = width;
            header.height = height;
        }
        at = chunk.next;
    }
    if (header.width == 0)
        throw FormatProblem("is truncated: the WebP picture is missing");
    return header;
}

void checkWebP(std::span<const std::uint8_t> bytes)
{
    const ByteView file(bytes, ByteView::Order::Little);
    // One byte less: writers that forget the last padding byte.
    if (std::size_t(file.u32(4)) + riffFrame > bytes.size() + 1)
        throw FormatProblem("is truncated: the WebP is shorter than its header says");
    const ByteView view = riffContent(bytes);
    bool picture = false;
    for (std::size_t at = riffHeader; at + riffFrame <= view.size();) {
        Chunk chunk;
        try {
            chunk = readChunk(view, at);
        } catch (const FormatProblem &) {
            throw FormatProblem("is truncated: it ends inside a WebP chunk");
        }
        picture = picture || chunk.type == "VP8 " || chunk.type == "VP8L" || chunk.type == "ANMF";
        at = chunk.next;
    }
    if (!picture)
        throw FormatProblem("is truncated: the WebP picture is missing");
}

} // namespace qmop

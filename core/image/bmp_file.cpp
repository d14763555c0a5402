// SPDX-License-Identifier: GPL-3.0-or-later
//
// Windows bitmap: file header, one of several info headers, rows padded to four
// bytes.
#include "core/image/picture_file.h"

#include <cstdlib>

#include "core/image/byte_view.h"

namespace qmop {

namespace {

constexpr std::uint32_t coreHeaderSize = 12;
constexpr std::uint32_t fileHeaderSize = 14;
constexpr std::uint32_t runs8 = 1;
constexpr std::uint32_t runs4 = 2;
constexpr std::uint32_t bitFields = 3;

// Run-length coded rows must reach their end-of-picture code (0, 1).
void checkRuns(const ByteView &view, std::uint64_t at, int bits)
{
    try {
        while (true) {
            const int count = view.u8(at), code = view.u8(at + 1);
            at += 2;
            if (count > 0)
                continue; // a run of one value
            if (code == 1)
                return;
            if (code == 2) // moves the position
                at += 2;
            else if (code > 2) // that many values as they are, padded to two bytes
                at += std::uint64_t(bits == 8 ? code + code % 2 : ((code + 1) / 2 + 1) / 2 * 2);
        }
    } catch (const FormatProblem &) {
        throw FormatProblem("is truncated: the BMP's runs have no end");
    }
}

}

PictureHeader readBmpHeader(std::span<const std::uint8_t> bytes)
{
    const ByteView view(bytes, ByteView::Order::Little);
    PictureHeader header;
    const std::uint32_t headerSize = view.u32(14);
    if (headerSize == coreHeaderSize) {
        header.width = view.u16(18);
        header.height = view.u16(20);
        header.hasAlpha = false;
        return header;
    }
    header.width = std::int32_t(view.u32(18));
    header.height = std::abs(std::int64_t(std::int32_t(view.u32(22)))); // negative: top row first
    // The fourth byte of a pixel means alpha only where a mask says so.
    header.hasAlpha = headerSize >= 56 && view.u32(30) == bitFields && view.u32(66) != 0;
    return header;
}

void checkBmp(std::span<const std::uint8_t> bytes)
{
    const ByteView view(bytes, ByteView::Order::Little);
    const PictureHeader header = readBmpHeader(bytes);
    const std::uint32_t headerSize = view.u32(14);
    const bool core = headerSize == coreHeaderSize;
    const int bits = view.u16(core ? 24 : 28);
    const std::uint32_t compression = core ? 0 : view.u32(30);
    const bool runs = (compression == runs8 && bits == 8) || (compression == runs4 && bits == 4);
    const bool plain
        = compression == 0 && (bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32);
    const bool masked = compression == bitFields && (bits == 16 || bits == 32);
    if (!runs && !plain && !masked)
        throw FormatProblem("is a BMP of a kind that is not supported");

    const std::uint64_t pixelsAt = view.u32(10);
    const std::uint64_t masksSize = masked && headerSize == 40 ? 12 : 0;
    const std::uint32_t stated = core || bits > 8 ? 0 : view.u32(46);
    if (bits <= 8 && stated > (1U << bits))
        throw FormatProblem("is damaged: the BMP states more colours than it can use");
    const std::uint64_t colours = bits > 8 ? 0 : stated > 0 ? stated : 1U << bits;
    if (pixelsAt < fileHeaderSize + headerSize + masksSize + colours * (core ? 3 : 4))
        throw FormatProblem("is damaged: the BMP's pixels start inside its header");
    if (runs) {
        checkRuns(view, pixelsAt, bits);
        return;
    }
    const std::uint64_t stride = (std::uint64_t(header.width) * std::uint64_t(bits) + 31) / 32 * 4;
    if (pixelsAt + stride * std::uint64_t(header.height) > bytes.size())
        throw FormatProblem("is truncated: the BMP holds fewer rows than its header says");
}

} // namespace qmop

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
constexpr std::uint32_t bitFields = 3;

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
    const bool core = view.u32(14) == coreHeaderSize;
    const int bits = view.u16(core ? 24 : 28);
    const std::uint32_t compression = core ? 0 : view.u32(30);
    if (compression != 0 && compression != bitFields)
        return; // run lengths: the decoder meets the end itself
    const std::uint64_t stride = (std::uint64_t(header.width) * bits + 31) / 32 * 4;
    if (view.u32(10) + stride * std::uint64_t(header.height) > bytes.size())
        throw FormatProblem("is truncated: the BMP holds fewer rows than its header says");
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// JPEG (ITU-T T.81): markers up to EOI, and between them the scans, which
// jpeg_scan.cpp walks.
#include "core/image/picture_file.h"

#include <string_view>

#include "core/image/byte_view.h"
#include "core/image/jpeg_scan.h"

namespace qmop {

namespace {

using namespace std::string_view_literals;

// Reads markers; calls segment(marker, payload) for those with a length and
// scan(at) at entropy-coded data, which returns where the data ends. Stops
// before EOI, or when `segment` returns false.
template<typename OnSegment, typename OnScan> void walkMarkers(const ByteView &view, OnSegment onSegment, OnScan onScan)
{
    std::size_t at = 2;
    while (true) {
        // Bytes between segments are not allowed but skipped by every decoder.
        while (view.u8(at) != 0xFF)
            ++at;
        while (view.u8(at) == 0xFF)
            ++at;
        const int marker = view.u8(at++);
        if (marker == jpeg::endOfImage)
            return;
        if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8))
            continue; // stand-alone
        const std::size_t length = view.u16(at);
        if (length < 2)
            throw FormatProblem("is damaged: a JPEG segment has no length");
        const auto payload = view.part(at + 2, length - 2);
        if (!onSegment(marker, payload))
            return;
        at += length;
        if (marker == jpeg::startOfScan)
            at = onScan(at);
    }
}

bool isFrameHeader(int marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != jpeg::huffmanTables && marker != 0xC8 && marker != 0xCC;
}

}

PictureHeader readJpegHeader(std::span<const std::uint8_t> bytes)
{
    PictureHeader header;
    bool found = false;
    try {
        walkMarkers(
            ByteView(bytes, ByteView::Order::Big),
            [&](int marker, std::span<const std::uint8_t> payload) {
                const ByteView view(payload, ByteView::Order::Big);
                if (marker == 0xE1 && payload.size() >= 6 && view.text(0, 6) == "Exif\0\0"sv)
                    header.orientation = exifOrientation(payload);
                if (isFrameHeader(marker)) {
                    header.height = view.u16(1);
                    header.width = view.u16(3);
                    found = true;
                }
                return marker != jpeg::startOfScan;
            },
            [](std::size_t at) { return at; });
    } catch (const FormatProblem &problem) {
        if (std::string_view(problem.what()) == "is truncated")
            throw FormatProblem("is truncated: it ends before the JPEG's picture starts");
        throw;
    }
    if (!found)
        throw FormatProblem("is damaged: the JPEG holds no picture");
    return header;
}

void checkJpeg(std::span<const std::uint8_t> bytes)
{
    jpeg::ScanChecker checker;
    try {
        walkMarkers(
            ByteView(bytes, ByteView::Order::Big),
            [&](int marker, std::span<const std::uint8_t> payload) {
                checker.segment(marker, payload);
                return true;
            },
            [&](std::size_t at) { return checker.scan(bytes, at); });
    } catch (const FormatProblem &problem) {
        if (std::string_view(problem.what()) == "is truncated")
            throw FormatProblem("is truncated: the JPEG's end marker is missing");
        throw;
    }
    checker.finish();
}

} // namespace qmop

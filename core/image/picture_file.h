// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the five supported file formats say about their picture, and whether the
// file is whole. OpenCV decodes truncated files to grey without an error, so
// each format is checked here before it decodes anything. std only: hostile
// files are fuzzed against these functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qmop {

enum class PictureFormat { Png, Jpeg, WebP, Bmp, Tiff };

// "PNG", "JPEG", "WebP", "BMP", "TIFF".
const char *formatName(PictureFormat format);
// ".png", ".jpg", ".webp", ".bmp", ".tif".
const char *formatExtension(PictureFormat format);

// By content; nothing for other formats.
std::optional<PictureFormat> sniffFormat(std::span<const std::uint8_t> bytes);

// What the content seems to be when it is none of the five: "a GIF picture",
// "a PDF document", "text", "of an unknown format".
std::string describeContent(std::span<const std::uint8_t> bytes);

struct PictureHeader {
    std::int64_t width = 0; // as stored, before orientation
    std::int64_t height = 0;
    int orientation = 1; // EXIF, 1 ... 8
    bool hasAlpha = true; // false: a fourth channel is filler (plain 32-bit BMP)
    bool animated = false;
    // PNG: grey level that is transparent, scaled to the decoded depth's range
    // (8 or 16 bit); OpenCV drops it.
    std::optional<int> transparentGrey;
    // Stand-in to decode instead of the file, where OpenCV mishandles the
    // original: first frame of an animated WebP, TIFF without orientation.
    std::vector<std::uint8_t> standIn;
    // Where the decoded frame lies on the canvas of width x height.
    std::int64_t frameLeft = 0;
    std::int64_t frameTop = 0;
    std::int64_t frameWidth = 0; // 0: the frame is the canvas
    std::int64_t frameHeight = 0;
};

// Dimensions only: cheap, called first, so that the pixel limit comes before
// any other work. Throw FormatProblem.
PictureHeader readHeader(std::span<const std::uint8_t> bytes, PictureFormat format);

// Throws FormatProblem where the file is truncated or detectably damaged.
void checkWhole(std::span<const std::uint8_t> bytes, PictureFormat format);

// One pair per format.
PictureHeader readPngHeader(std::span<const std::uint8_t> bytes);
void checkPng(std::span<const std::uint8_t> bytes);
PictureHeader readJpegHeader(std::span<const std::uint8_t> bytes);
void checkJpeg(std::span<const std::uint8_t> bytes);
PictureHeader readWebPHeader(std::span<const std::uint8_t> bytes);
void checkWebP(std::span<const std::uint8_t> bytes);
PictureHeader readBmpHeader(std::span<const std::uint8_t> bytes);
void checkBmp(std::span<const std::uint8_t> bytes);
PictureHeader readTiffHeader(std::span<const std::uint8_t> bytes);
void checkTiff(std::span<const std::uint8_t> bytes);

// Orientation 1 ... 8 in an EXIF block ("Exif\0\0" in front is optional); 1
// where there is none or the block is damaged, as viewers do.
int exifOrientation(std::span<const std::uint8_t> block);

} // namespace qmop

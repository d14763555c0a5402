// SPDX-License-Identifier: GPL-3.0-or-later
//
// Opens pictures: PNG, JPEG, WebP, BMP and TIFF, told apart by content.
#pragma once

#include "qmop/image_u8.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace qmop {

struct DecodedImage {
    // Upright: the EXIF orientation is applied, once. 8-bit RGB; transparent
    // pixels are blended over white, 16-bit samples rounded to 8 bits, colour
    // profiles ignored. First frame of an animation, first page of a TIFF.
    std::shared_ptr<const ImageU8> image;
    std::string format; // "PNG", "JPEG", "WebP", "BMP" or "TIFF"
    int exifOrientation = 1; // 1 ... 8, as found; already applied
    // What the user should know of the content, one line each: "the first frame of an animation".
    std::vector<std::string> notices;
    std::string nameNotice; // nameNotice() of the name it was opened by
};

// `name` is for messages. The size is read from the header and checked against
// maxPixels before anything is decoded. Throws Error{ImageUnreadable} for what
// is empty, truncated, damaged or of another format, Error{ImageTooLarge} over
// the limit; each in one line with the name, the remedy in hint().
DecodedImage decodeImage(std::span<const std::uint8_t> bytes, const std::string &name,
                         std::int64_t maxPixels = defaultMaxImagePixels);

// "named like a PNG file, but it is a JPEG" where the extension promises another
// format than `format` (of DecodedImage), else empty. Apart from the other notices:
// the same content may be opened again under another name.
std::string nameNotice(const std::string &name, const std::string &format);

// The bytes of a file, for decodeImage(). Refuses what is missing, a folder or
// no regular file, and what is larger than any picture within the limit.
std::vector<std::uint8_t> readPictureFile(const std::filesystem::path &path,
                                          std::int64_t maxPixels = defaultMaxImagePixels);

// Both in one.
DecodedImage loadImage(const std::filesystem::path &path, std::int64_t maxPixels = defaultMaxImagePixels);

} // namespace qmop

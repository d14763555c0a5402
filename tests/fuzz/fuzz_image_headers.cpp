// SPDX-License-Identifier: GPL-3.0-or-later
//
// The readers of picture files before anything is decoded: formats, sizes, EXIF,
// chunk chains, strips and JPEG scans.
#include "core/image/byte_view.h"
#include "core/image/picture_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::span<const std::uint8_t> bytes(data, size);
    const int orientation = qmop::exifOrientation(bytes);
    if (orientation < 1 || orientation > 8)
        std::abort();
    const auto format = qmop::sniffFormat(bytes);
    if (!format) {
        qmop::describeContent(bytes);
        return 0;
    }
    try {
        const qmop::PictureHeader header = qmop::readHeader(bytes, *format);
        if (header.orientation < 1 || header.orientation > 8 || header.standIn.size() > size + 64)
            std::abort();
        // As decodeImage() does: sizes over the limit go no further.
        if (header.width >= 1 && header.height >= 1 && header.width <= (1 << 22) / header.height)
            qmop::checkWhole(bytes, *format);
    } catch (const qmop::FormatProblem &) {
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
//
// TIFF 6.0: the first directory's size, orientation, and where its strips or
// tiles lie.
#include "core/image/picture_file.h"

#include <map>
#include <string>

#include "core/image/byte_view.h"

namespace qmop {

namespace {

enum Tag : int {
    ImageWidth = 256,
    ImageLength = 257,
    BitsPerSample = 258,
    Compression = 259,
    StripOffsets = 273,
    Orientation = 274,
    SamplesPerPixel = 277,
    StripByteCounts = 279,
    TileOffsets = 324,
    TileByteCounts = 325,
    SampleFormat = 339,
};

struct Entry {
    int type = 0;
    std::uint32_t count = 0;
    std::size_t valueAt = 0; // where the first value lies
};

std::size_t typeSize(int type)
{
    constexpr std::size_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
    return type >= 1 && type <= 12 ? sizes[type] : 1;
}

class Directory {
public:
    explicit Directory(std::span<const std::uint8_t> bytes)
        : m_view(bytes, bytes.size() > 0 && bytes[0] == 'M' ? ByteView::Order::Big : ByteView::Order::Little)
    {
        if (m_view.u16(2) != 42)
            throw FormatProblem("is a BigTIFF, which is not supported");
        const std::size_t at = m_view.u32(4);
        const int entries = m_view.u16(at);
        for (int i = 0; i < entries; ++i) {
            const std::size_t entryAt = at + 2 + std::size_t(i) * 12;
            Entry entry;
            entry.type = m_view.u16(entryAt + 2);
            entry.count = m_view.u32(entryAt + 4);
            const bool inPlace = entry.count <= 4 / typeSize(entry.type);
            entry.valueAt = inPlace ? entryAt + 8 : m_view.u32(entryAt + 8);
            m_entries.emplace(m_view.u16(entryAt), entry);
        }
    }

    const Entry *find(int tag) const
    {
        const auto it = m_entries.find(tag);
        return it != m_entries.end() ? &it->second : nullptr;
    }

    // Value `index` of a tag of type BYTE, SHORT or LONG.
    std::uint32_t value(const Entry &entry, std::uint32_t index) const
    {
        const std::size_t at = entry.valueAt + std::size_t(index) * typeSize(entry.type);
        switch (typeSize(entry.type)) {
        case 1:
            return m_view.u8(at);
        case 2:
            return m_view.u16(at);
        default:
            return m_view.u32(at);
        }
    }

    std::uint32_t first(int tag, std::uint32_t standard) const
    {
        const Entry *entry = find(tag);
        return entry && entry->count > 0 ? value(*entry, 0) : standard;
    }

private:
    ByteView m_view;
    std::map<int, Entry> m_entries;
};

// The directory is often at the end of the file: the first thing that a
// truncated TIFF lacks.
Directory readDirectory(std::span<const std::uint8_t> bytes)
{
    try {
        return Directory(bytes);
    } catch (const FormatProblem &problem) {
        if (std::string(problem.what()) == "is truncated")
            throw FormatProblem("is truncated: the TIFF directory is missing");
        throw;
    }
}

}

PictureHeader readTiffHeader(std::span<const std::uint8_t> bytes)
{
    const Directory directory = readDirectory(bytes);
    PictureHeader header;
    header.width = directory.first(ImageWidth, 0);
    header.height = directory.first(ImageLength, 0);
    const std::uint32_t bits = directory.first(BitsPerSample, 1);
    if (directory.first(SampleFormat, 1) != 1 || bits > 16)
        throw FormatProblem("holds samples that are not 1- to 16-bit whole numbers");

    // OpenCV applies the orientation of some TIFFs and not of others: it gets
    // them without, and the common code turns the picture.
    const Entry *orientation = directory.find(Orientation);
    if (orientation && orientation->count == 1 && orientation->type == 3) {
        const std::uint32_t value = directory.value(*orientation, 0);
        if (value >= 2 && value <= 8) {
            header.orientation = int(value);
            header.standIn.assign(bytes.begin(), bytes.end());
            header.standIn[orientation->valueAt] = bytes[0] == 'M' ? 0 : 1;
            header.standIn[orientation->valueAt + 1] = bytes[0] == 'M' ? 1 : 0;
        }
    }
    return header;
}

void checkTiff(std::span<const std::uint8_t> bytes)
{
    const Directory directory = readDirectory(bytes);
    const bool tiled = directory.find(TileOffsets) != nullptr;
    const Entry *offsets = directory.find(tiled ? TileOffsets : StripOffsets);
    const Entry *counts = directory.find(tiled ? TileByteCounts : StripByteCounts);
    if (!offsets || offsets->count == 0)
        throw FormatProblem("is damaged: the TIFF says nowhere where its pixels lie");
    if (!counts || counts->count != offsets->count)
        return; // some old writers leave the counts out; the decoder guesses them
    std::uint64_t stored = 0;
    try {
        for (std::uint32_t i = 0; i < offsets->count; ++i) {
            const std::uint64_t size = directory.value(*counts, i);
            if (directory.value(*offsets, i) + size > bytes.size())
                throw FormatProblem("");
            stored += size;
        }
    } catch (const FormatProblem &) {
        throw FormatProblem("is truncated: it ends inside the TIFF's pixels");
    }
    const std::uint64_t rowBits = std::uint64_t(directory.first(ImageWidth, 0)) * directory.first(BitsPerSample, 1)
        * directory.first(SamplesPerPixel, 1);
    const bool subsampled = directory.first(262, 0) == 6; // YCbCr
    if (directory.first(Compression, 1) == 1 && !tiled && !subsampled
        && stored < (rowBits + 7) / 8 * directory.first(ImageLength, 0))
        throw FormatProblem("is truncated: the TIFF holds fewer rows than its header says");
}

} // namespace qmop

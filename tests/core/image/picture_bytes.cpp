// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_bytes.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <opencv2/imgcodecs.hpp>

namespace qmop {

namespace {

void append(Bytes &out, const std::string &text)
{
    out.insert(out.end(), text.begin(), text.end());
}

void append(Bytes &out, const Bytes &bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void appendLittle(Bytes &out, std::uint32_t value, int count)
{
    for (int i = 0; i < count; ++i)
        out.push_back(std::uint8_t(value >> (8 * i)));
}

void appendBig(Bytes &out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(std::uint8_t(value >> shift));
}

// Bit by bit, unlike the table of the code under test.
std::uint32_t crc32(const Bytes &bytes)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int i = 0; i < 8; ++i)
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320U : 0);
    }
    return ~crc;
}

// A TIFF directory with nothing but the orientation, big-endian.
Bytes exifBlock(int value)
{
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, std::uint8_t(value), 0, 0, 0, 0, 0, 0};
}

Bytes riff(const Bytes &chunks)
{
    Bytes out;
    append(out, "RIFF");
    appendLittle(out, std::uint32_t(chunks.size()) + 4, 4);
    append(out, "WEBP");
    append(out, chunks);
    return out;
}

Bytes riffChunk(const std::string &type, const Bytes &data)
{
    Bytes out;
    append(out, type);
    appendLittle(out, std::uint32_t(data.size()), 4);
    append(out, data);
    if (data.size() % 2)
        out.push_back(0);
    return out;
}

Bytes extendedHeader(int flags, int width, int height)
{
    Bytes data{std::uint8_t(flags), 0, 0, 0};
    appendLittle(data, std::uint32_t(width - 1), 3);
    appendLittle(data, std::uint32_t(height - 1), 3);
    return riffChunk("VP8X", data);
}

// cv::imencode writes no orientation: appended as a tag to the directory, which
// libtiff puts at the end.
void setTiffOrientation(Bytes &tiff, int value)
{
    const auto u32 = [&tiff](std::size_t at) {
        return std::uint32_t(tiff[at]) | std::uint32_t(tiff[at + 1]) << 8 | std::uint32_t(tiff[at + 2]) << 16
            | std::uint32_t(tiff[at + 3]) << 24;
    };
    const std::size_t old = u32(4);
    const int entries = tiff[old] | tiff[old + 1] << 8;
    std::vector<Bytes> tags{{0x12, 0x01, 3, 0, 1, 0, 0, 0, std::uint8_t(value), 0, 0, 0}};
    for (int i = 0; i < entries; ++i) {
        const auto at = tiff.begin() + std::ptrdiff_t(old) + 2 + 12 * i;
        if (at[0] != 0x12 || at[1] != 0x01)
            tags.emplace_back(at, at + 12);
    }
    std::sort(tags.begin(), tags.end(),
              [](const Bytes &a, const Bytes &b) { return a[1] * 256 + a[0] < b[1] * 256 + b[0]; });
    if (tiff.size() % 2)
        tiff.push_back(0);
    const std::size_t fresh = tiff.size();
    for (int i = 0; i < 4; ++i)
        tiff[std::size_t(4 + i)] = std::uint8_t(fresh >> (8 * i));
    appendLittle(tiff, std::uint32_t(tags.size()), 2);
    for (const Bytes &tag : tags)
        append(tiff, tag);
    appendLittle(tiff, 0, 4);
}

}

cv::Mat quadrants(int width, int height)
{
    cv::Mat picture(height, width, CV_8UC3, cv::Scalar(255, 255, 255));
    picture(cv::Rect(0, 0, width / 2, height / 2)) = cv::Scalar(0, 0, 255);
    picture(cv::Rect(width / 2, 0, width - width / 2, height / 2)) = cv::Scalar(0, 255, 0);
    picture(cv::Rect(0, height / 2, width / 2, height - height / 2)) = cv::Scalar(255, 0, 0);
    return picture;
}

Bytes encode(const cv::Mat &picture, const std::string &extension, const std::vector<int> &options)
{
    Bytes bytes;
    if (!cv::imencode(extension, picture, bytes, options))
        throw std::runtime_error("cannot encode " + extension);
    return bytes;
}

Bytes encodeQuadrants(int width, int height, const std::string &extension, const std::vector<int> &options)
{
    return encode(quadrants(width, height), extension, options);
}

std::size_t findBytes(const Bytes &bytes, const std::string &wanted, std::size_t from)
{
    const auto it = std::search(bytes.begin() + std::ptrdiff_t(from), bytes.end(), wanted.begin(), wanted.end(),
                                [](std::uint8_t a, char b) { return a == std::uint8_t(b); });
    if (it == bytes.end())
        throw std::runtime_error("no " + wanted);
    return std::size_t(it - bytes.begin());
}

void insertPngChunk(Bytes &png, const std::string &type, const Bytes &data)
{
    Bytes checked, chunk;
    append(checked, type);
    append(checked, data);
    appendBig(chunk, std::uint32_t(data.size()));
    append(chunk, checked);
    appendBig(chunk, crc32(checked));
    png.insert(png.begin() + 33, chunk.begin(), chunk.end()); // signature and IHDR
}

void setOrientation(Bytes &bytes, const std::string &extension, int value)
{
    const Bytes exif = exifBlock(value);
    if (extension == ".png") {
        insertPngChunk(bytes, "eXIf", exif);
    } else if (extension == ".jpg") {
        const std::size_t length = exif.size() + 8;
        Bytes segment{0xFF, 0xE1, std::uint8_t(length >> 8), std::uint8_t(length), 'E', 'x', 'i', 'f', 0, 0};
        append(segment, exif);
        bytes.insert(bytes.begin() + 2, segment.begin(), segment.end());
    } else if (extension == ".webp") {
        const cv::Mat decoded = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
        Bytes chunks = extendedHeader(0x08, decoded.cols, decoded.rows);
        chunks.insert(chunks.end(), bytes.begin() + 12, bytes.end());
        append(chunks, riffChunk("EXIF", exif));
        bytes = riff(chunks);
    } else {
        setTiffOrientation(bytes, value);
    }
}

Bytes animatedWebP(const Bytes &still, int width, int height, int left, int top)
{
    const cv::Mat decoded = cv::imdecode(still, cv::IMREAD_UNCHANGED);
    Bytes frame;
    appendLittle(frame, std::uint32_t(left / 2), 3);
    appendLittle(frame, std::uint32_t(top / 2), 3);
    appendLittle(frame, std::uint32_t(decoded.cols - 1), 3);
    appendLittle(frame, std::uint32_t(decoded.rows - 1), 3);
    appendLittle(frame, 100, 3);
    frame.push_back(0);
    frame.insert(frame.end(), still.begin() + 12, still.end());
    Bytes chunks = extendedHeader(0x02, width, height);
    append(chunks, riffChunk("ANIM", {0, 0, 0, 0, 0, 0}));
    append(chunks, riffChunk("ANMF", frame));
    return riff(chunks);
}

void writeFile(const std::filesystem::path &path, const Bytes &bytes)
{
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
}

} // namespace qmop

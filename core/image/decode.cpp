// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/decode.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <new>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/image/byte_view.h"
#include "core/image/picture_file.h"
#include "core/image/to_rgb.h"
#include "qmop/error.h"

namespace qmop {

namespace {

constexpr std::int64_t codecMaxSide = 1 << 20; // OpenCV's own limit
constexpr const char *anotherFile = "open a PNG, JPEG, WebP, BMP or TIFF picture";
constexpr const char *getAgain = "copy or download the file again from its source";

// Messages are one line even where a name is not.
std::string printable(std::string name)
{
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
    return name;
}

[[noreturn]] void refuse(const std::string &name, const std::string &problem, const std::string &hint)
{
    throw Error(ErrorCode::ImageUnreadable, printable(name) + " " + problem, hint);
}

void checkSize(const PictureHeader &header, const std::string &name, std::int64_t maxPixels)
{
    if (header.width < 1 || header.height < 1)
        refuse(name, "is damaged: its header gives no size", getAgain);
    const std::string size = std::to_string(header.width) + " x " + std::to_string(header.height) + " pixels";
    if (header.width > maxPixels / header.height)
        throw Error(ErrorCode::ImageTooLarge,
                    printable(name) + " has " + size + ", more than the limit of " + std::to_string(maxPixels),
                    "shrink the picture");
    if (std::max(header.width, header.height) > codecMaxSide)
        throw Error(ErrorCode::ImageTooLarge,
                    printable(name) + " has " + size + ", more than " + std::to_string(codecMaxSide) + " on one side",
                    "crop or shrink the picture");
}

cv::Mat decodePixels(std::span<const std::uint8_t> bytes, const std::string &name)
{
    // What the libraries print about a damaged file, we say ourselves.
    static const auto previousLevel = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    (void)previousLevel;
    const cv::Mat encoded(1, int(bytes.size()), CV_8UC1, const_cast<std::uint8_t *>(bytes.data()));
    cv::Mat pixels;
    try {
        pixels = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
    } catch (const cv::Exception &error) {
        if (error.code == cv::Error::StsNoMem)
            throw Error(ErrorCode::OutOfMemory, "not enough memory to open " + printable(name),
                        "open a smaller picture");
    } catch (const std::bad_alloc &) {
        throw Error(ErrorCode::OutOfMemory, "not enough memory to open " + printable(name), "open a smaller picture");
    }
    if (pixels.empty())
        refuse(name, "is damaged: its pixels cannot be decoded", getAgain);
    return pixels;
}

void checkDecodedSize(const cv::Mat &pixels, const PictureHeader &header, const std::string &name)
{
    const std::int64_t width = header.frameWidth > 0 ? header.frameWidth : header.width;
    const std::int64_t height = header.frameHeight > 0 ? header.frameHeight : header.height;
    if (pixels.cols != width || pixels.rows != height)
        refuse(name, "is damaged: its header and its pixels differ in size", getAgain);
}

// "jpg" -> JPEG; nothing for names that promise no picture format.
std::optional<PictureFormat> formatOfName(const std::string &name)
{
    std::string extension = std::filesystem::path(name).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    if (extension == ".png" || extension == ".apng")
        return PictureFormat::Png;
    if (extension == ".jpg" || extension == ".jpeg" || extension == ".jpe" || extension == ".jfif")
        return PictureFormat::Jpeg;
    if (extension == ".webp")
        return PictureFormat::WebP;
    if (extension == ".bmp" || extension == ".dib")
        return PictureFormat::Bmp;
    if (extension == ".tif" || extension == ".tiff")
        return PictureFormat::Tiff;
    return std::nullopt;
}

std::vector<std::string> noticesOnContent(const PictureHeader &header, const RgbResult &rgb)
{
    std::vector<std::string> notices;
    if (header.animated)
        notices.push_back("the first frame of an animation");
    if (rgb.blended)
        notices.push_back("transparent parts are shown on white");
    if (rgb.reduced)
        notices.push_back("16-bit samples were rounded to 8 bits");
    if (header.orientation != 1)
        notices.push_back("turned upright by its EXIF orientation " + std::to_string(header.orientation));
    return notices;
}

}

std::string nameNotice(const std::string &name, const std::string &format)
{
    const auto named = formatOfName(name);
    if (!named || formatName(*named) == format)
        return {};
    return std::string("named like a ") + formatName(*named) + " file, but it is a " + format;
}

std::vector<std::uint8_t> readPictureFile(const std::filesystem::path &path, std::int64_t maxPixels)
{
    const std::string name = path.string();
    std::error_code failed;
    const auto status = std::filesystem::status(path, failed);
    if (status.type() == std::filesystem::file_type::not_found)
        refuse(name, "does not exist", "check the path");
    if (std::filesystem::is_directory(status))
        refuse(name, "is a folder", "open a picture in it");
    if (failed)
        refuse(name, "cannot be read", "check the permissions of the file and its folder");
    if (!std::filesystem::is_regular_file(status))
        refuse(name, "is not a regular file", anotherFile);
    const auto size = std::filesystem::file_size(path, failed);
    // 16-bit RGBA takes 8 bytes per pixel before compression; OpenCV counts bytes as int.
    constexpr std::uint64_t metadata = 64 << 20;
    if (!failed && size > std::min<std::uint64_t>(std::uint64_t(maxPixels) * 8 + metadata, 0x7FFFFFFF))
        throw Error(ErrorCode::ImageTooLarge, printable(name) + " has " + std::to_string(size >> 20) + " MiB",
                    "shrink the picture");
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(failed ? 0 : std::size_t(size));
    if (!file || !file.read(reinterpret_cast<char *>(bytes.data()), std::streamsize(bytes.size())))
        refuse(name, "cannot be read", "check the permissions of the file and its folder");
    return bytes;
}

DecodedImage decodeImage(std::span<const std::uint8_t> bytes, const std::string &name, std::int64_t maxPixels)
{
    if (bytes.empty())
        refuse(name, "is empty (0 bytes)", getAgain);
    const auto format = sniffFormat(bytes);
    if (!format)
        refuse(name, "is " + describeContent(bytes) + ", not a supported picture", anotherFile);
    if (bytes.size() > 0x7FFFFFFF)
        throw Error(ErrorCode::ImageTooLarge, printable(name) + " has more than 2 GiB", "shrink the picture");

    PictureHeader header;
    try {
        header = readHeader(bytes, *format);
        checkSize(header, name, maxPixels);
        checkWhole(bytes, *format);
    } catch (const FormatProblem &problem) {
        refuse(name, problem.what(), getAgain);
    }

    cv::Mat pixels = decodePixels(header.standIn.empty() ? bytes : std::span<const std::uint8_t>(header.standIn), name);
    checkDecodedSize(pixels, header, name);
    RgbResult rgb = toRgb(pixels, header);
    if (!rgb.supported)
        refuse(name, "holds samples of a kind that is not supported", "save it as 8-bit PNG");
    pixels.release();

    DecodedImage decoded;
    decoded.notices = noticesOnContent(header, rgb);
    decoded.image = std::make_shared<const ImageU8>(turnUpright(std::move(rgb.image), header.orientation));
    decoded.format = formatName(*format);
    decoded.nameNotice = nameNotice(name, decoded.format);
    decoded.exifOrientation = header.orientation;
    return decoded;
}

DecodedImage loadImage(const std::filesystem::path &path, std::int64_t maxPixels)
{
    return decodeImage(readPictureFile(path, maxPixels), path.string(), maxPixels);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/pictures/stored_picture.h"

#include "qmop/error.h"
#include "qmop/sha256.h"
#include "widgets/geometry/image_conversion.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>

#include <algorithm>
#include <fstream>

namespace qmop {

namespace {

constexpr std::uintmax_t maxPictureFile = std::uintmax_t(1) << 30;

QString tr(const char *text)
{
    return QCoreApplication::translate("StoredPicture", text);
}

// Only what Qt's own readers give as our decoder would: 8-bit, opaque.
std::shared_ptr<const ImageU8> decodeWithQt(const Bytes &bytes)
{
    QByteArray data = QByteArray::fromRawData(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    QBuffer buffer(&data);
    QImageReader reader(&buffer);
    reader.setAutoTransform(true); // EXIF
    const QByteArray format = reader.format();
    if (format != "png" && format != "jpeg" && format != "bmp")
        return nullptr;
    if (qint64(reader.size().width()) * reader.size().height() > defaultMaxImagePixels)
        return nullptr;
    const QImage image = reader.read();
    if (image.isNull() || image.hasAlphaChannel() || image.depth() > 32)
        return nullptr;
    return std::make_shared<ImageU8>(fromQImage(image));
}

// Empty where there is no such regular file.
Bytes readFile(const std::filesystem::path &path)
{
    std::error_code error;
    if (path.empty() || !std::filesystem::is_regular_file(path, error)
        || std::filesystem::file_size(path, error) > maxPictureFile)
        return {};
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Bigger pictures than this are not stood in for.
constexpr std::int64_t maxStandIn = 50'000'000;

std::shared_ptr<const ImageU8> standIn(const ImageU8 &thumbnail, const PatchGrid &grid)
{
    if (std::int64_t(grid.imageWidth) * grid.imageHeight > maxStandIn || grid.imageWidth < 1 || grid.imageHeight < 1)
        return nullptr;
    auto image = std::make_shared<ImageU8>();
    image->width = grid.imageWidth;
    image->height = grid.imageHeight;
    image->rgb.assign(image->pixelCount() * 3, 128);
    for (int y = 0; y < image->height && !thumbnail.empty(); ++y)
        for (int x = 0; x < image->width; ++x)
            std::copy_n(thumbnail.at(int(std::int64_t(x) * thumbnail.width / image->width),
                                     int(std::int64_t(y) * thumbnail.height / image->height)),
                        3, image->at(x, y));
    return image;
}

// Null with a reason where the bytes are not the run's picture.
std::shared_ptr<const ImageU8> decodeStored(const PictureRecord &record, const Bytes &bytes, const PatchGrid &grid,
                                            const PictureDecoder &decoder, QString &problem)
{
    if (bytes.empty()) {
        problem = tr("the picture is missing");
        return nullptr;
    }
    if (sha256Hex(std::span(bytes)) != record.sha256) {
        problem = tr("the picture has changed since the run");
        return nullptr;
    }
    std::shared_ptr<const ImageU8> image = decodeWithQt(bytes);
    try {
        if (!image && decoder)
            image = decoder({record.name, bytes}).image;
    } catch (const std::exception &error) {
        problem = QString::fromStdString(error.what());
        return nullptr;
    }
    if (image && (image->width != grid.imageWidth || image->height != grid.imageHeight)) {
        problem = tr("the picture does not have the size that the run speaks of");
        return nullptr;
    }
    if (!image)
        problem = tr("the picture cannot be decoded");
    return image;
}

}

QImage thumbnailImage(const PictureRecord &picture)
{
    return picture.thumbnail.empty() ? QImage() : toQImage(picture.thumbnail);
}

std::map<std::string, QImage> thumbnailsByHash(const std::vector<PictureRecord> &pictures)
{
    std::map<std::string, QImage> images;
    for (const PictureRecord &picture : pictures)
        images[picture.sha256] = thumbnailImage(picture);
    return images;
}

FoundPicture findPicture(const PictureRecord &record, const PatchGrid &grid, const PictureDecoder &decoder)
{
    FoundPicture found;
    const Bytes fromFile = record.bytes.empty() ? readFile(record.path) : Bytes();
    const Bytes &bytes = record.bytes.empty() ? fromFile : record.bytes;
    QString problem;
    found.image = decodeStored(record, bytes, grid, decoder, problem);
    if (found.image) {
        found.source = record.bytes.empty() ? ImageSource{record.path, {}} : ImageSource{record.name, record.bytes};
        return found;
    }
    const std::filesystem::path &named = record.path.empty() ? std::filesystem::path(record.name) : record.path;
    found.problem = QStringLiteral("%1: %2").arg(QString::fromStdString(named.string()), problem);
    found.image = standIn(record.thumbnail, grid);
    return found;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/offered_picture.h"

#include <QBuffer>
#include <QDropEvent>
#include <QImage>
#include <QMimeData>
#include <QUrl>

namespace qmop {

namespace {

ImageSource encodedPixels(const QImage &image)
{
    // The engine takes encoded bytes only, so that there is one way in.
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    ImageSource source;
    source.path = "pasted picture.png";
    source.bytes.assign(png.begin(), png.end());
    return source;
}

}

QStringList localPaths(const QMimeData *data)
{
    QStringList paths;
    for (const QUrl &url : data ? data->urls() : QList<QUrl>())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

std::optional<ImageSource> pictureFromMime(const QMimeData *data)
{
    if (!data)
        return std::nullopt;
    for (const QUrl &url : data->urls())
        if (url.isLocalFile()) {
            ImageSource source;
            source.path = url.toLocalFile().toStdString();
            return source;
        }
    if (data->hasImage()) {
        const QImage image = qvariant_cast<QImage>(data->imageData());
        if (!image.isNull())
            return encodedPixels(image);
    }
    // Some file views copy a bare path.
    const QString path = data->text().trimmed();
    if (path.startsWith(u'/') && !path.contains(u'\n')) {
        ImageSource source;
        source.path = path.toStdString();
        return source;
    }
    return std::nullopt;
}

bool offersPicture(const QMimeData *data)
{
    return data && (data->hasImage() || !localPaths(data).isEmpty());
}

void acceptAsCopy(QDropEvent *event)
{
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_file.h"

#include <QBuffer>
#include <QImageWriter>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <cmath>

namespace qmop {

QString figureSuffix(FigureFormat format)
{
    switch (format) {
    case FigureFormat::Png:
        return QStringLiteral("png");
    case FigureFormat::Svg:
        return QStringLiteral("svg");
    case FigureFormat::Pdf:
        return QStringLiteral("pdf");
    }
    return {};
}

std::optional<FigureFormat> figureFormat(const QString &file)
{
    for (FigureFormat format : allFigureFormats)
        if (file.endsWith(u'.' + figureSuffix(format), Qt::CaseInsensitive))
            return format;
    return std::nullopt;
}

QImage figureImage(const PaintedFigure &figure, double scale)
{
    const QSize size(int(std::lround(figure.size().width() * scale)), int(std::lround(figure.size().height() * scale)));
    if (double(size.width()) * size.height() > maxFigurePixels)
        return {};
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull())
        return {};
    image.fill(Qt::white);
    image.setDotsPerMeterX(int(std::lround(96 * scale / 0.0254)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    QPainter painter(&image);
    painter.scale(scale, scale);
    figure.paint(painter);
    return image;
}

QByteArray figurePng(const PaintedFigure &figure, double scale)
{
    const QImage image = figureImage(figure, scale);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    return !image.isNull() && writer.write(image) ? buffer.data() : QByteArray();
}

QByteArray figureSvg(const PaintedFigure &figure, const QString &title)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(figure.size().toSize());
    generator.setViewBox(QRectF(QPointF(0, 0), figure.size()));
    generator.setTitle(title.toHtmlEscaped());
    generator.setDescription(figure.caption().toHtmlEscaped());
    QPainter painter(&generator);
    figure.paint(painter);
    painter.end();
    return buffer.data();
}

QByteArray figurePdf(const PaintedFigure &figure, const QString &title, const QByteArray &xmp)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(96);
    writer.setPageSize(QPageSize(figure.size() * 72 / 96, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setTitle(title);
    writer.setCreator(QStringLiteral("QMoP Explorer " QMOP_VERSION));
    writer.setDocumentXmpMetadata(xmp);
    QPainter painter(&writer);
    figure.paint(painter);
    painter.end();
    return buffer.data();
}

} // namespace qmop

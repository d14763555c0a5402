// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the picture lies in the view: fitted, zoomed, moved, locked to another view.
#include "widgets/image/image_view.h"

#include "widgets/theme/theme.h"

#include <QFontMetrics>

#include <algorithm>

namespace qmop {

namespace {
constexpr double fitMargin = 16;
}

int ImageView::legendHeight() const
{
    return legendLines() * QFontMetrics(smallFont(this)).height() + 8;
}

QRectF ImageView::legendStrip() const
{
    return QRectF(0, canvasSize().height(), width(), legendHeight());
}

QSize ImageView::canvasSize() const
{
    return {width(), std::max(1, height() - legendHeight())};
}

QPointF ImageView::canvasCentre() const
{
    return QRectF(QPointF(), QSizeF(canvasSize())).center();
}

QRectF ImageView::shownInImage() const
{
    if (!m_picture)
        return {};
    const QRectF picture(0, 0, m_picture->width, m_picture->height);
    return m_grid && m_fit == Fit::All ? picture.united(modelInputInImage(*m_grid)) : picture;
}

void ImageView::applyFit()
{
    if (m_fit != Fit::Free && m_picture)
        m_widgetFromImage = fitTransform(shownInImage(), canvasSize(), fitMargin);
    invalidate();
}

void ImageView::fitAll()
{
    m_fit = Fit::All;
    applyFit();
    emit placeChanged();
}

void ImageView::fitPicture()
{
    m_fit = Fit::Picture;
    applyFit();
    emit placeChanged();
}

QRectF ImageView::shownRegion() const
{
    if (!m_picture)
        return {};
    const QRectF visible(m_widgetFromImage.inverse({0, 0}), QSizeF(canvasSize()) / m_widgetFromImage.scale);
    const QRectF picture(0, 0, m_picture->width, m_picture->height);
    return visible.intersected(m_grid ? picture.united(modelInputInImage(*m_grid)) : picture);
}

void ImageView::showRegion(const QRectF &regionInImage)
{
    m_fit = Fit::Free;
    m_widgetFromImage = fitTransform(regionInImage, canvasSize(), fitMargin);
    invalidate();
    emit placeChanged();
}

void ImageView::showActualPixels()
{
    const double wanted = 1 / devicePixelRatioF();
    m_fit = Fit::Free;
    m_widgetFromImage = zoomedAt(m_widgetFromImage, canvasCentre(), wanted / m_widgetFromImage.scale);
    invalidate();
    emit placeChanged();
}

void ImageView::zoomToSelection()
{
    const int patch = m_selection->currentPatch();
    if (!m_grid || patch < 0) {
        fitPicture();
        return;
    }
    // The patch and two neighbours on each side.
    const QRectF box = toQt(m_grid->patchInImage(patch));
    m_fit = Fit::Free;
    m_widgetFromImage = fitTransform(
        box.adjusted(-2 * box.width(), -2 * box.height(), 2 * box.width(), 2 * box.height()), canvasSize(), fitMargin);
    invalidate();
    emit placeChanged();
}

void ImageView::moved()
{
    m_settle.start();
    invalidate();
    emit placeChanged();
}

ImageView::Place ImageView::place() const
{
    if (!m_picture)
        return {};
    const QPointF centre = m_widgetFromImage.inverse(canvasCentre());
    return {m_fit,
            {centre.x() / m_picture->width, centre.y() / m_picture->height},
            m_widgetFromImage.scale * m_picture->width};
}

void ImageView::setPlace(const Place &place)
{
    if (!m_picture || place.pictureWidth <= 0)
        return;
    // Also where the other view fits its picture: this one may be a pixel narrower.
    m_fit = place.fit;
    m_widgetFromImage.scale = place.pictureWidth / m_picture->width;
    const QPointF centre(place.centre.x() * m_picture->width, place.centre.y() * m_picture->height);
    m_widgetFromImage.offset = canvasCentre() - centre * m_widgetFromImage.scale;
    m_settle.start();
    invalidate();
}

void ImageView::sharePicture(const ImageView &other)
{
    if (!other.m_picture || other.m_picture == m_picture)
        return;
    m_picture = other.m_picture;
    m_pyramid = other.m_pyramid;
}

} // namespace qmop

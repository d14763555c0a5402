// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/picture_list.h"

#include "widgets/theme/theme.h"

#include <QEvent>
#include <QPainter>
#include <QPixmap>
#include <QScrollBar>

#include <algorithm>

namespace qmop {

namespace {

// Thumbnails of any shape in equal squares, so that the titles line up.
QPixmap squared(const QImage &image, int side)
{
    QPixmap square(side, side);
    square.fill(Qt::transparent);
    QPainter painter(&square);
    const QSize size = image.size().scaled(side, side, Qt::KeepAspectRatio);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRect(QPoint((side - size.width()) / 2, (side - size.height()) / 2), size), image);
    return square;
}

}

PictureList::PictureList(QWidget *parent)
    : QListWidget(parent)
{
    setViewMode(QListView::IconMode);
    setMovement(QListView::Static);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    useFont(this, smallFactor);
    fitGrid();
    setFrameShape(QFrame::NoFrame);
    setTextElideMode(Qt::ElideRight);
    setAccessibleName(tr("Pictures"));
    const auto activate = [this](QListWidgetItem *item) { emit pictureActivated(item->data(Qt::UserRole).toString()); };
    connect(this, &QListWidget::itemClicked, this, activate);
    connect(this, &QListWidget::itemActivated, this, activate);
}

// Room for a line of text below the picture; in a wide panel the pictures are larger.
void PictureList::fitGrid()
{
    constexpr int wide = 320;
    const int side = width() >= wide ? thumbnailSide : 72;
    if (iconSize().width() != side)
        setIconSize({side, side});
    const QSize grid(std::max(side + 12, fontMetrics().averageCharWidth() * 11), side + fontMetrics().height() + 14);
    if (gridSize() != grid)
        setGridSize(grid);
}

void PictureList::changeEvent(QEvent *event)
{
    QListWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitGrid();
}

QListWidgetItem *PictureList::find(const QString &key) const
{
    for (int row = 0; row < count(); ++row)
        if (item(row)->data(Qt::UserRole).toString() == key)
            return item(row);
    return nullptr;
}

void PictureList::addPicture(const QString &key, const QString &title)
{
    if (find(key))
        return;
    auto *added = new QListWidgetItem(title, this);
    added->setData(Qt::UserRole, key);
    added->setToolTip(key);
    QImage blank(2, 2, QImage::Format_RGB32);
    blank.fill(panelColours(palette()).track);
    added->setIcon(QIcon(squared(blank, thumbnailSide)));
}

void PictureList::setThumbnail(const QString &key, const QImage &image)
{
    QListWidgetItem *found = find(key);
    if (!found || image.isNull())
        return;
    // The same again, as whenever the picture is opened, stays: each new icon leaves
    // its scaled copies in Qt's cache until that is full.
    constexpr int contentRole = Qt::UserRole + 1;
    const QImage pixels = image.convertToFormat(QImage::Format_ARGB32);
    const auto content = qulonglong(qHashBits(pixels.constBits(), std::size_t(pixels.sizeInBytes())));
    if (found->data(contentRole) == content)
        return;
    found->setData(contentRole, content);
    found->setIcon(QIcon(squared(image, thumbnailSide)));
}

void PictureList::setCurrentPicture(const QString &key)
{
    QListWidgetItem *current = find(key);
    setCurrentItem(current);
    if (current)
        bringIntoSight(current);
}

// The first row not cut by the few pixels that Qt would scroll to.
void PictureList::bringIntoSight(QListWidgetItem *item)
{
    scrollToItem(item, QAbstractItemView::PositionAtCenter);
    if (visualItemRect(item).top() + verticalScrollBar()->value() < gridSize().height())
        verticalScrollBar()->setValue(verticalScrollBar()->minimum());
}

// The current picture was brought into sight for the old size.
void PictureList::resizeEvent(QResizeEvent *event)
{
    QListWidget::resizeEvent(event);
    fitGrid();
    if (QListWidgetItem *current = currentItem())
        bringIntoSight(current);
}

} // namespace qmop

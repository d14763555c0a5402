// SPDX-License-Identifier: GPL-3.0-or-later
//
// Thumbnails of the samples and of the pictures opened in this window.
#pragma once

#include <QImage>
#include <QListWidget>

namespace qmop {

class PictureList : public QListWidget {
    Q_OBJECT

public:
    explicit PictureList(QWidget *parent = nullptr);

    static constexpr int thumbnailSide = 96;

    // `key` names the picture in signals: its path. Added once.
    void addPicture(const QString &key, const QString &title);
    void setThumbnail(const QString &key, const QImage &image);
    void setCurrentPicture(const QString &key);
    bool contains(const QString &key) const { return find(key) != nullptr; }

signals:
    void pictureActivated(const QString &key);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fitGrid();
    void bringIntoSight(QListWidgetItem *item);
    QListWidgetItem *find(const QString &key) const;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files and folders that come into the window: opened, dropped, pasted, recent.
#include "app/explorer/commands/commands.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/figures/figures.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/pictures/recent_files.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/sessions.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/offered_picture.h"
#include "widgets/image/picture_list.h"
#include "widgets/theme/text_field.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>

namespace qmop {

namespace {

// By name: what is in a file is looked at when it is opened.
const QStringList picturePatterns{"*.png", "*.jpg", "*.jpeg", "*.webp", "*.bmp", "*.tif", "*.tiff"};
constexpr int mostOfAFolder = 2000;

}

QString MainWindow::pictureFilter()
{
    return tr("Pictures (%1);;Figures of this program (*.png *.svg *.pdf);;All files (*)")
        .arg(picturePatterns.join(u' '));
}

void MainWindow::chooseFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a folder of pictures"));
    if (!path.isEmpty())
        openPaths({path});
}

// Adds all pictures to the list and shows the first. Folders stand for the
// pictures in them, not for those in folders below.
void MainWindow::openPaths(const QStringList &paths)
{
    QStringList pictures;
    for (const QString &path : paths) {
        if (path.isEmpty()) // no name of a file
            continue;
        if (path.endsWith(QLatin1String(".qmops")) || path.endsWith(QLatin1String(".qmopz"))) {
            m_sessions->open(path);
            continue;
        }
        if (FailureBrowser::isResult(path)) {
            if (failures()->open(path))
                m_docks->open(QStringLiteral("failures"));
            continue;
        }
        if (m_figures->open(path))
            continue;
        if (!QFileInfo(path).isDir()) {
            pictures << path;
            continue;
        }
        const QDir folder(path);
        const QStringList names = folder.entryList(picturePatterns, QDir::Files | QDir::Readable, QDir::Name);
        if (names.isEmpty())
            m_message->showMessage(MessageBar::Kind::Notice, tr("%1 holds no pictures.").arg(path),
                                   tr("Open a folder with PNG, JPEG, WebP, BMP or TIFF files in it."), path);
        else if (names.size() > mostOfAFolder)
            m_message->showMessage(
                MessageBar::Kind::Notice,
                tr("%1: the first %2 of %3 pictures are listed.").arg(path).arg(mostOfAFolder).arg(names.size()),
                tr("Open the others one by one, or in smaller folders."), path);
        for (const QString &name : names.mid(0, mostOfAFolder))
            pictures << folder.filePath(name);
        if (!names.isEmpty())
            addRecentFile(path);
    }
    if (pictures.isEmpty())
        return;
    if (pictures.size() > 1)
        for (const QString &picture : pictures) {
            m_pictures->addPicture(picture, QFileInfo(picture).fileName());
            m_loader->requestThumbnail(picture, PictureList::thumbnailSide);
        }
    openPicture({pictures.front().toStdString(), {}});
}

void MainWindow::fillRecent(QMenu *menu)
{
    menu->clear();
    const QStringList paths = recentFiles();
    for (const QString &path : paths)
        menu->addAction(QFileInfo(path).isDir() ? path + u'/' : path, this, [this, path] { openPaths({path}); });
    menu->addSeparator();
    QAction *clear = menu->addAction(tr("Forget these"), this, &clearRecentFiles);
    clear->setEnabled(!paths.isEmpty());
    clear->setToolTip(paths.isEmpty() ? tr("Nothing was opened yet") : QString());
}

void MainWindow::pastePicture()
{
    if (!m_image->view()->pasteFromClipboard())
        m_message->showMessage(MessageBar::Kind::Notice, tr("The clipboard holds no picture."),
                               tr("Copy a picture or a picture file, then paste again."), {});
}

// Of the application. A field of text takes text alone: pictures and files that are
// pasted or dropped there go to the window, as everywhere in it.
bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    const QMimeData *data = nullptr;
    if (event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove)
        data = static_cast<QDropEvent *>(event)->mimeData();
    else if (event->type() == QEvent::ShortcutOverride
             && static_cast<QKeyEvent *>(event)->matches(QKeySequence::Paste))
        data = QApplication::clipboard()->mimeData();
    const auto *field = data ? qobject_cast<const QWidget *>(watched) : nullptr;
    if (field && takesText(field) && isAncestorOf(field)
        && (!localPaths(data).isEmpty() || (data->hasImage() && !data->hasText()))) {
        event->ignore();
        return true;
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls() || event->mimeData()->hasImage())
        acceptAsCopy(event);
}

void MainWindow::dropEvent(QDropEvent *event)
{
    if (const QStringList paths = localPaths(event->mimeData()); !paths.isEmpty()) {
        openPaths(paths);
    } else if (const std::optional<ImageSource> source = pictureFromMime(event->mimeData())) {
        openPicture(*source);
    } else {
        m_message->showMessage(MessageBar::Kind::Notice, tr("What was dropped is no file of this machine."),
                               tr("Nothing is loaded from the network: save the picture, then drop its file."),
                               event->mimeData()->text());
        return;
    }
    acceptAsCopy(event);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files and folders that are dropped on the window, pasted, or opened again.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/pictures/recent_files.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/picture_list.h"

#include <QAction>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QToolButton>

using namespace qmop;

class TestWindowDrops : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void folderStandsForItsPictures_data();
    void folderStandsForItsPictures();
    void severalFilesAreListed();
    void filesArePasted();
    void fieldsOfTextLeavePicturesToTheWindow();
    void addressesAreNotLoaded();
    void folderWithoutPicturesIsNamed();
    void recentFilesComeBack();
    void recentFilesAreFewAndThere();

private:
    void drop(QWidget *on, const QStringList &paths)
    {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString &path : paths)
            urls << QUrl::fromLocalFile(path);
        data.setUrls(urls);
        drop(on, data);
    }
    // Proposed to be moved, as some programs do: the window must not take the file away.
    static void drop(QWidget *on, const QMimeData &data)
    {
        const Qt::DropActions all = Qt::CopyAction | Qt::MoveAction;
        QDragEnterEvent enter(QPoint(40, 40), all, &data, Qt::LeftButton, Qt::NoModifier);
        enter.setDropAction(Qt::MoveAction);
        QWidget *taker = on; // as the application looks for it
        while (!QApplication::sendEvent(taker, &enter) || !enter.isAccepted()) {
            QVERIFY(!taker->isWindow());
            taker = taker->parentWidget();
        }
        QCOMPARE(enter.dropAction(), Qt::CopyAction);
        QDropEvent event(QPointF(40, 40), all, &data, Qt::LeftButton, Qt::NoModifier);
        event.setDropAction(Qt::MoveAction);
        event.ignore();
        QApplication::sendEvent(taker, &event);
        if (event.isAccepted())
            QCOMPARE(event.dropAction(), Qt::CopyAction);
    }
    PictureList *list() { return m_window->findChild<PictureList *>(); }
    ImageView *view() { return m_window->imagePanel()->view(); }
    QString path(const QString &relative) { return m_fixture->path(relative); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestWindowDrops::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    fixture::writePicture(path("holiday/b.png"), 300, 200, Qt::red);
    fixture::writePicture(path("holiday/a.png"), 100, 200, Qt::blue);
    fixture::writeFile(path("holiday/notes.txt"), "no picture");
    fixture::writePicture(path("holiday/below/c.png"), 50, 50, Qt::green);
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestWindowDrops::cleanup()
{
    m_fixture.reset();
}

void TestWindowDrops::folderStandsForItsPictures_data()
{
    QTest::addColumn<bool>("onThePicture");
    QTest::newRow("on the picture") << true;
    QTest::newRow("elsewhere in the window") << false;
}

void TestWindowDrops::folderStandsForItsPictures()
{
    QFETCH(bool, onThePicture);
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    const int before = list()->count();
    drop(onThePicture ? static_cast<QWidget *>(view()) : m_window, {path("holiday")});
    QVERIFY(opened.wait());
    QCOMPARE(view()->grid()->imageWidth, 100); // a.png, the first by name
    QCOMPARE(list()->count(), before + 2);
    QVERIFY(list()->contains(path("holiday/b.png")));
    QVERIFY(!list()->contains(path("holiday/below/c.png")));
}

void TestWindowDrops::severalFilesAreListed()
{
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    drop(view(), {path("holiday/b.png"), path("holiday/a.png")});
    QVERIFY(opened.wait());
    QCOMPARE(view()->grid()->imageWidth, 300); // the first dropped
    QVERIFY(list()->contains(path("holiday/a.png")));
}

void TestWindowDrops::filesArePasted()
{
    auto *data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path("holiday/b.png")), QUrl::fromLocalFile(path("holiday/a.png"))});
    QApplication::clipboard()->setMimeData(data);
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    QTest::keyClick(m_window, Qt::Key_V, Qt::ControlModifier);
    QVERIFY(opened.wait());
    QCOMPARE(view()->grid()->imageWidth, 300);
    QVERIFY(list()->contains(path("holiday/a.png")));
    QApplication::clipboard()->clear();
}

void TestWindowDrops::fieldsOfTextLeavePicturesToTheWindow()
{
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    question->setText(QStringLiteral("where?"));
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    drop(question, {path("holiday/b.png")});
    QVERIFY(opened.wait());
    QCOMPARE(view()->grid()->imageWidth, 300);

    question->setFocus();
    auto *data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path("holiday/a.png"))});
    QApplication::clipboard()->setMimeData(data);
    QTest::keyClick(question, Qt::Key_V, Qt::ControlModifier);
    QVERIFY(opened.wait());
    QCOMPARE(question->text(), QStringLiteral("where?"));
    QApplication::clipboard()->setText(QStringLiteral("what?"));
    question->selectAll();
    QTest::keyClick(question, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(question->text(), QStringLiteral("what?")); // text is pasted as text
    QApplication::clipboard()->clear();
}

void TestWindowDrops::addressesAreNotLoaded()
{
    QMimeData data;
    data.setUrls({QUrl(QStringLiteral("https://example.org/cat.png"))});
    for (QWidget *on : {static_cast<QWidget *>(view()), static_cast<QWidget *>(m_window)}) {
        drop(on, data);
        QVERIFY(m_window->messageBar()->text().contains("no file of this machine"));
        QTest::mouseClick(m_window->messageBar()->dismissButton(), Qt::LeftButton);
        QVERIFY(m_window->messageBar()->isHidden());
    }
    QVERIFY(!m_window->pictureIsOpening());
}

void TestWindowDrops::folderWithoutPicturesIsNamed()
{
    QDir().mkpath(path("empty"));
    drop(m_window, {path("empty")});
    QVERIFY(!m_window->messageBar()->isHidden());
    QVERIFY2(m_window->messageBar()->text().contains(path("empty")), qPrintable(m_window->messageBar()->text()));
    m_window->openPaths({QString()}); // names no file: nothing is opened
    QVERIFY(!m_window->pictureIsOpening());
}

void TestWindowDrops::recentFilesComeBack()
{
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    drop(m_window, {path("holiday/b.png")});
    QVERIFY(opened.wait());
    drop(m_window, {path("holiday/a.png")});
    QVERIFY(opened.wait());
    m_window->close();
    MainWindow again(m_fixture->config());
    again.show();
    QMenu *recent = nullptr;
    for (QAction *action : again.commands()->menu(CommandMenu::File)->actions())
        if (action->menu() && action->text() == QStringLiteral("Open recent"))
            recent = action->menu();
    QVERIFY(recent);
    emit recent->aboutToShow();
    QCOMPARE(recent->actions().at(0)->text(), path("holiday/a.png"));
    QCOMPARE(recent->actions().at(1)->text(), path("holiday/b.png"));
    QSignalSpy reopened(&again, &MainWindow::pictureOpened);
    recent->actions().at(1)->trigger();
    QVERIFY(reopened.wait());
    QCOMPARE(again.imagePanel()->view()->grid()->imageWidth, 300);
    recent->actions().last()->trigger(); // forget these
    QVERIFY(recentFiles().isEmpty());
}

void TestWindowDrops::recentFilesAreFewAndThere()
{
    for (int i = 0; i < 20; ++i) {
        fixture::writeFile(path(QStringLiteral("many/%1.png").arg(i)), "-");
        addRecentFile(path(QStringLiteral("many/%1.png").arg(i)));
    }
    QCOMPARE(recentFiles().size(), mostRecentFiles);
    QCOMPARE(recentFiles().front(), path("many/19.png"));
    addRecentFile(path("many/15.png")); // moves up, is not there twice
    QCOMPARE(recentFiles().size(), mostRecentFiles);
    QCOMPARE(recentFiles().front(), path("many/15.png"));
    QFile::remove(path("many/15.png"));
    QCOMPARE(recentFiles().front(), path("many/19.png"));
}

QTEST_MAIN(TestWindowDrops)
#include "tst_window_drops.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which picture the window shows and speaks of, also while a run goes on.
#include <QtTest>

#include "app/explorer/layout/message_bar.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/picture_list.h"
#include "widgets/runs/runs_panel.h"

#include <QLineEdit>
#include <QListView>
#include <QScreen>

using namespace qmop;

class TestWindowPictures : public QObject {
    Q_OBJECT

private slots:
    void init();
    void relativePathIsTheSample();
    void noticeGoesWithItsPicture();
    void firstWindowFitsTheScreen();
    void runOfAPictureNoLongerShownGoesToTheHistory();
    void questionTypedDuringARunStays();

private:
    void openSample() { QVERIFY(m_fixture->openSample()); }
    QLineEdit *question() { return m_window->answerPanel()->questionEdit(); }
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestWindowPictures::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestWindowPictures::relativePathIsTheSample()
{
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(m_fixture->folder.path()));
    const auto back = qScopeGuard([&] { QDir::setCurrent(before); });
    const auto *pictures = m_window->findChild<PictureList *>();
    const int count = pictures->count();
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({"resources/samples/../samples/beach.png", {}});
    QVERIFY(opened.wait());
    QCOMPARE(pictures->count(), count);
    QVERIFY(pictures->currentItem());
    QCOMPARE(pictures->currentItem()->text(), QStringLiteral("Beach"));
}

void TestWindowPictures::noticeGoesWithItsPicture()
{
    QImage clear(64, 64, QImage::Format_ARGB32);
    clear.fill(Qt::transparent);
    QVERIFY(clear.save(m_fixture->path("clear.png")));
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({m_fixture->path("clear.png").toStdString(), {}});
    QVERIFY(opened.wait());
    QVERIFY(m_window->messageBar()->text().contains("transparent"));
    QVERIFY(!m_window->messageBar()->isHidden());
    openSample();
    QVERIFY(m_window->messageBar()->isHidden());
    // A failure speaks of what was tried, and stays.
    m_window->openPicture({m_fixture->path("missing.png").toStdString(), {}});
    QTRY_VERIFY(!m_window->messageBar()->isHidden());
    openSample();
    QVERIFY(!m_window->messageBar()->isHidden());
}

void TestWindowPictures::firstWindowFitsTheScreen()
{
    const MainWindow window(m_fixture->config());
    const QSize room = window.screen()->availableSize();
    QVERIFY(window.width() <= room.width());
    QVERIFY(window.height() <= room.height());
}

void TestWindowPictures::runOfAPictureNoLongerShownGoesToTheHistory()
{
    openSample();
    question()->setText("who?");
    m_window->startRun();
    const QString beach = m_fixture->path("resources/samples/beach.png");
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({beach.toStdString(), {}});
    QVERIFY(opened.wait());
    engine().send(TokenStreamed{"fo", {1, "fo", 0.9, {}}});
    auto trace = fixture::makeTrace({.answer = "fox"});
    trace->imageSha256 = "of the market";
    engine().send(RunFinished{trace});
    QListView *list = m_window->runsPanel()->list();
    QTRY_COMPARE(list->model()->rowCount(), 1);
    // The beach is still shown, without an answer, and no run is marked.
    QCOMPARE(m_window->imagePanel()->view()->grid()->imageHeight, 640);
    QVERIFY(!m_window->shownTrace());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("–"));
    QVERIFY(!list->currentIndex().isValid());
    m_window->startRun();
    QCOMPARE(QString::fromStdString(engine().requests.back().image.path.string()), beach);
    engine().finish({.answer = "owl"});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    // Back to the first run: its own picture is asked again.
    const QRect first = list->visualRect(list->model()->index(1, 0));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, first.center());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    m_window->startRun();
    QCOMPARE(QString::fromStdString(engine().requests.back().image.path.string()),
             m_fixture->path("resources/samples/market.png"));
}

void TestWindowPictures::questionTypedDuringARunStays()
{
    openSample();
    question()->setText("who?");
    m_window->startRun();
    question()->setFocus();
    question()->selectAll();
    QTest::keyClicks(question(), "is it day?");
    engine().finish({.answer = "fox"});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QCOMPARE(question()->text(), QStringLiteral("is it day?"));
    QCOMPARE(question()->cursorPosition(), 10);
}

QTEST_MAIN(TestWindowPictures)
#include "tst_window_pictures.moc"

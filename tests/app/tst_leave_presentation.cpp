// SPDX-License-Identifier: GPL-3.0-or-later
//
// Esc from a presentation: the window as it was.
#include <QtTest>

#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "tests/app/window_with_stories.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_panel.h"

#include <QComboBox>

using namespace qmop;

class TestLeavePresentation : public QObject {
    Q_OBJECT

private slots:
    void escapeBringsBackWhatWasShown();
    void escapeFromARunBringsBackWhatWasShown();
    void escapeBringsBackAPictureWithoutARun();

private:
    // `hash` stands for the picture: each has its own.
    static void finish(const fixture::WindowFixture &fixture, const fixture::TraceOptions &options, char hash)
    {
        const auto trace = fixture::makeTrace(options);
        trace->request = fixture.engine->requests.back();
        trace->imageSha256 = std::string(64, hash);
        fixture.engine->send(RunFinished{trace});
    }
    static void answer(const fixture::WindowFixture &fixture, std::size_t runs,
                       const fixture::TraceOptions &options = {}, char hash = 'b')
    {
        QTRY_COMPARE(fixture.engine->requests.size(), runs);
        finish(fixture, options, hash);
        QTRY_VERIFY(!fixture.window->runIsUnderWay());
    }
};

namespace {

// An answered run of one's own, with settings unlike those of any step.
void askMine(const MainWindow &window)
{
    window.controls()->choose("resample", 16);
    window.controls()->fusionBox()->setCurrentIndex(2);
    window.answerPanel()->setQuestion(QStringLiteral("mine?"));
}

void verifyMine(const MainWindow &window, OverlayKind overlay)
{
    QCOMPARE(window.answerPanel()->question(), QStringLiteral("mine?"));
    QCOMPARE(window.controls()->compressor(), std::string("resample"));
    QCOMPARE(window.controls()->budget(), 16);
    QCOMPARE(window.controls()->fusionBox()->currentIndex(), 2);
    QCOMPARE(window.selection()->overlay(), overlay);
    QCOMPARE(window.docks()->layout(), LayoutId::Inspect);
    QCOMPARE(QFileInfo(QString::fromStdString(window.shownSource().path.string())).fileName(),
             QStringLiteral("market.png"));
}

}

void TestLeavePresentation::escapeBringsBackWhatWasShown()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(fixture.openSample());
    askMine(window);
    window.startRun();
    answer(fixture, 1, {.answer = "mine"});
    const auto shown = window.shownTrace();
    window.selection()->setOverlay(OverlayKind::Combined);
    window.selection()->toggleLock(7);
    ImageView *view = window.imagePanel()->view();
    view->showRegion({100, 100, 200, 150});
    const QPointF centre = view->place().centre;
    const double width = view->place().pictureWidth;
    const std::filesystem::path file = fixture.path("mine.qmops").toStdString();
    QVERIFY(window.history()->saveSession(file, {}) && window.history()->openSession(file));
    window.showTrace(shown);
    QCOMPARE(window.runsPanel()->listed().size(), std::size_t(1));

    QTest::keyClick(&window, Qt::Key_F11);
    const auto press = [](Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); };
    press(Qt::Key_Right);
    answer(fixture, 2, {.answer = "story"});
    press(Qt::Key_Right);
    answer(fixture, 3, {.answer = "story"});
    press(Qt::Key_End); // another picture
    answer(fixture, 4, {.answer = "story"}, 'c');
    QTRY_COMPARE(window.answerPanel()->answerText(), QStringLiteral("story"));
    press(Qt::Key_Escape);
    QCOMPARE(window.shownTrace(), shown);
    QCOMPARE(window.answerPanel()->answerText(), QStringLiteral("mine"));
    verifyMine(window, OverlayKind::Combined);
    QCOMPARE(window.selection()->lockedPatches(), std::vector<int>{7});
    QVERIFY(view->isZoomed());
    QTRY_VERIFY((view->place().centre - centre).manhattanLength() < 1e-6);
    QVERIFY(std::abs(view->place().pictureWidth - width) < 1e-6);
    // Nothing of the story is in the list, the session or what was written down.
    QCOMPARE(window.runsPanel()->listed().size(), std::size_t(1));
    QCOMPARE(window.history()->journal()->headlines().size(), std::size_t(1));
    QVERIFY(window.messageBar()->text().isEmpty());
    window.startRun(); // what is asked now is kept again
    answer(fixture, 5);
    QCOMPARE(window.history()->journal()->headlines().size(), std::size_t(2));
}

void TestLeavePresentation::escapeFromARunBringsBackWhatWasShown()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(fixture.openSample());
    askMine(window);
    window.startRun();
    answer(fixture, 1, {.answer = "mine"});
    const auto shown = window.shownTrace();
    for (const bool cancels : {true, false}) { // or it had ended just before
        QTest::keyClick(&window, Qt::Key_F11);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
        QTRY_COMPARE(fixture.engine->requests.size(), cancels ? std::size_t(2) : std::size_t(3));
        const int before = fixture.engine->cancels;
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QCOMPARE(fixture.engine->cancels, before + 1);
        if (cancels)
            fixture.engine->send(RunCancelled{});
        else
            finish(fixture, {.answer = "story"}, 'c');
        QTRY_COMPARE(window.shownTrace(), shown);
        verifyMine(window, OverlayKind::Kept);
        QCOMPARE(window.answerPanel()->answerText(), QStringLiteral("mine"));
        QCOMPARE(window.runsPanel()->listed().size(), std::size_t(1));
    }
}

void TestLeavePresentation::escapeBringsBackAPictureWithoutARun()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(fixture.openSample());
    askMine(window);
    QTest::keyClick(&window, Qt::Key_F11);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
    answer(fixture, 1, {}, 'c');
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QTRY_VERIFY(!window.shownTrace());
    verifyMine(window, window.selection()->overlay());
    QVERIFY(!window.selection()->chosenOverlay());
    QVERIFY(!window.imagePanel()->view()->isZoomed());
}

QTEST_MAIN(TestLeavePresentation)
#include "tst_leave_presentation.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_status.h"
#include "tests/app/window_fixture.h"
#include "tests/fixtures/bmp_header.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/image/picture_list.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QSlider>
#include <QToolButton>

using namespace qmop;

class TestMainWindow : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void firstSampleIsAsked();
    void disabledRunSaysWhy();
    void enterRunsAndTheAnswerStreams();
    void waitsAreThoseOfThePerson();
    void escapeCancelsThenUnlocks();
    void cancelButton();
    void failureStaysUntilDismissed();
    void dropOpensAPicture();
    void badPictureLeavesTheWindowAlive_data();
    void badPictureLeavesTheWindowAlive();
    void missingModelIsNamed();
    void pasteInTheQuestionIsText();
    void controlsFillTheRequest();
    void historyShowsARunAgain();
    void pinnedRunIsCompared();
    void questionCutForTheRouterIsNoticed();
    void longQuestionIsPassedOnWhole();
    void singleLettersInTheQuestionAreText();
    void geometryIsRemembered();

private:
    void openSample() { QVERIFY(m_fixture->openSample()); }
    QLineEdit *question() { return m_window->answerPanel()->questionEdit(); }
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestMainWindow::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestMainWindow::cleanup()
{
    m_fixture.reset();
}

void TestMainWindow::firstSampleIsAsked()
{
    m_window->openFirstSample();
    QTRY_COMPARE(engine().requests.size(), std::size_t(1));
    const RunRequest &request = engine().requests[0];
    QCOMPARE(request.question, std::string("what does the sign say?"));
    QCOMPARE(QString::fromStdString(request.image.path.string()), m_fixture->path("resources/samples/market.png"));
    QVERIFY(request.withUncompressed);
    QCOMPARE(request.trace, TraceLevel::Full);
    engine().finish();
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QVERIFY(m_window->imagePanel()->view()->trace());
    QVERIFY(m_window->messageBar()->isHidden());
}

void TestMainWindow::disabledRunSaysWhy()
{
    QPushButton *run = m_window->controls()->runButton();
    QVERIFY(!run->isEnabled());
    QCOMPARE(m_window->controls()->obstacle(), QStringLiteral("Open a picture first"));
    openSample();
    QVERIFY(!run->isEnabled());
    QCOMPARE(m_window->controls()->obstacle(), QStringLiteral("Type a question first"));
    QCOMPARE(run->toolTip(), QStringLiteral("Type a question first"));
    QTest::keyClicks(question(), "   ");
    QVERIFY(!run->isEnabled());
    QTest::keyClick(question(), Qt::Key_Return);
    QTest::keyClick(m_window, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(engine().requests.empty());
    QTest::keyClicks(question(), "is it day?");
    QVERIFY(run->isEnabled());
    QVERIFY(m_window->controls()->obstacle().isEmpty());
    QTest::mouseClick(run, Qt::LeftButton);
    QCOMPARE(engine().requests.size(), std::size_t(1));
}

void TestMainWindow::enterRunsAndTheAnswerStreams()
{
    openSample();
    QTest::keyClicks(question(), "what does the sign say?");
    QTest::keyClick(question(), Qt::Key_Return);
    QCOMPARE(engine().requests.size(), std::size_t(1));
    QVERIFY(!m_window->controls()->runButton()->isEnabled());
    engine().send(StageProgress{"vision", 3, 6});
    QTRY_VERIFY(m_window->runStatus()->text().startsWith("vision 3/6"));
    engine().send(TokenStreamed{"red", {1, "red", 0.9, {}}});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("red"));
    engine().finish({.answer = "red fox", .uncompressed = "red cat"});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("red fox"));
    QCOMPARE(m_window->answerPanel()->comparisonText(), QStringLiteral("uncompressed: red cat · differs from word 2"));
    QVERIFY(m_window->controls()->runButton()->isEnabled());
    QVERIFY2(m_window->runStatus()->text().startsWith("done after"), qPrintable(m_window->runStatus()->text()));
    // Ctrl+Enter from elsewhere runs again.
    m_window->imagePanel()->view()->setFocus();
    QTest::keyClick(m_window->imagePanel()->view(), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(engine().requests.size(), std::size_t(2));
}

// The answer is on screen long before the uncompressed one, which it is compared with.
void TestMainWindow::waitsAreThoseOfThePerson()
{
    openSample();
    QTest::keyClicks(question(), "what does the sign say?");
    QTest::keyClick(question(), Qt::Key_Return);
    engine().send(TokenStreamed{"red", {1, "red", 0.9, {}}});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("red"));
    engine().send(StageProgress{"uncompressed decode", 0, 0});
    // By the clock of the status line itself.
    QTRY_VERIFY(m_window->runStatus()->text().startsWith("uncompressed decode · 0.5"));
    engine().finish({.answer = "red", .uncompressed = "red"});
    QTRY_VERIFY(m_window->runStatus()->text().contains("done after"));
    const auto match
        = QRegularExpression("^answer after (\\S+) s · done after (\\S+) s$").match(m_window->runStatus()->text());
    QVERIFY2(match.hasMatch(), qPrintable(m_window->runStatus()->text()));
    QVERIFY(match.captured(1).toDouble() < 0.45 && match.captured(2).toDouble() >= 0.5);
    // Another run has its own.
    m_window->startRun();
    engine().finish({.answer = "red"});
    QTRY_VERIFY(m_window->runStatus()->text().startsWith("done after"));
}

void TestMainWindow::escapeCancelsThenUnlocks()
{
    openSample();
    question()->setText("is it day?");
    m_window->startRun();
    m_window->selection()->setLockedPatch(5);
    QTest::keyClick(m_window, Qt::Key_Escape);
    QCOMPARE(engine().cancels, 1);
    QVERIFY(m_window->runStatus()->text().startsWith("Cancelling…"));
    QCOMPARE(m_window->selection()->lockedPatch(), 5);
    engine().send(RunCancelled{"red"});
    QTRY_COMPARE(m_window->answerPanel()->stateText(), QStringLiteral("cancelled"));
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("red"));
    QVERIFY(m_window->controls()->runButton()->isEnabled());
    QTest::keyClick(m_window, Qt::Key_Escape);
    QCOMPARE(m_window->selection()->lockedPatch(), -1);
    QCOMPARE(engine().cancels, 1);
}

void TestMainWindow::cancelButton()
{
    openSample();
    question()->setText("is it day?");
    QVERIFY(!m_window->controls()->cancelButton()->isEnabled());
    m_window->startRun();
    QPushButton *cancel = m_window->controls()->cancelButton();
    QVERIFY(cancel->isEnabled());
    QTest::mouseClick(cancel, Qt::LeftButton);
    QCOMPARE(engine().cancels, 1);
    QCOMPARE(cancel->text(), QStringLiteral("Cancelling…"));
    QVERIFY(!cancel->isEnabled());
}

void TestMainWindow::failureStaysUntilDismissed()
{
    openSample();
    question()->setText("is it day?");
    m_window->startRun();
    engine().send(RunFailed{ErrorCode::InvalidModel, "model.safetensors: header beyond the file", "fetch it again"});
    MessageBar *bar = m_window->messageBar();
    QTRY_VERIFY(!bar->isHidden());
    QCOMPARE(bar->text(), QStringLiteral("model.safetensors: header beyond the file\nfetch it again"));
    QCOMPARE(m_window->answerPanel()->stateText(), QStringLiteral("failed"));
    // Its words are never squeezed into a column beside the buttons.
    QTRY_VERIFY(bar->copyButton()->y() < bar->fontMetrics().height());
    // Held: the window's layout may still be due, and would widen it again.
    bar->setMaximumWidth(bar->copyButton()->width() + bar->dismissButton()->width() + 80);
    QTRY_VERIFY(bar->copyButton()->y() >= bar->fontMetrics().height());
    QTest::mouseClick(bar->copyButton(), Qt::LeftButton);
    QVERIFY(QApplication::clipboard()->text().contains("invalid-model: model.safetensors"));
    // The window lives on and a later run works; the message stays.
    m_window->startRun();
    engine().finish();
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QVERIFY(!bar->isHidden());
    QTest::mouseClick(bar->dismissButton(), Qt::LeftButton);
    QVERIFY(bar->isHidden());
}

void TestMainWindow::dropOpensAPicture()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_fixture->path("resources/samples/beach.png"))});
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    ImageView *view = m_window->imagePanel()->view();
    QDragEnterEvent enter(QPoint(40, 40), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view, &enter);
    QDropEvent drop(QPointF(40, 40), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view, &drop);
    QVERIFY(opened.wait());
    // Portrait of 480 x 640, padded as the model wants.
    QCOMPARE(view->grid()->imageWidth, 480);
    QCOMPARE(view->grid()->imageHeight, 640);
    QCOMPARE(view->grid()->fit, FitPolicy::Pad);
}

void TestMainWindow::badPictureLeavesTheWindowAlive_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << "empty.png" << QByteArray();
    QTest::newRow("text") << "words.jpg" << QByteArray("these are words");
    QTest::newRow("missing") << "missing.png" << QByteArray("-");
    QTest::newRow("over the pixel limit") << "huge.bmp" << QByteArray::fromStdString(bmpHeader(100'000, 100'000));
    QTest::newRow("truncated") << "cut.png" << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
}

void TestMainWindow::badPictureLeavesTheWindowAlive()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    openSample();
    if (content != "-")
        fixture::writeFile(m_fixture->path(file), content);
    m_window->openPicture({m_fixture->path(file).toStdString(), {}});
    QTRY_VERIFY(!m_window->messageBar()->isHidden());
    QVERIFY2(m_window->messageBar()->text().contains(file), qPrintable(m_window->messageBar()->text()));
    QVERIFY(m_window->messageBar()->text().contains(u'\n')); // the remedy
    // The picture that was open is still there and can be asked about.
    QCOMPARE(m_window->imagePanel()->view()->grid()->imageWidth, 640);
    question()->setText("is it day?");
    QVERIFY(m_window->controls()->runButton()->isEnabled());
}

void TestMainWindow::missingModelIsNamed()
{
    WindowConfig config = m_fixture->config();
    config.model = m_fixture->path("nowhere").toStdString();
    MainWindow window(config);
    QVERIFY(!window.messageBar()->isHidden());
    QVERIFY2(window.messageBar()->text().contains("nowhere"), qPrintable(window.messageBar()->text()));
    QCOMPARE(window.runObstacle(), QStringLiteral("Choose a model first"));
}

void TestMainWindow::pasteInTheQuestionIsText()
{
    openSample();
    question()->setFocus();
    QApplication::clipboard()->setText("is it night?");
    QTest::keyClick(question(), Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(question()->text(), QStringLiteral("is it night?"));
    QImage pixels(30, 20, QImage::Format_RGB32);
    pixels.fill(Qt::red);
    QApplication::clipboard()->setImage(pixels);
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    QTest::keyClick(question(), Qt::Key_V, Qt::ControlModifier);
    QVERIFY(opened.wait());
    QCOMPARE(m_window->imagePanel()->view()->grid()->imageWidth, 30);
    QCOMPARE(question()->text(), QStringLiteral("is it night?"));
    // It has no place in the list, so nothing there is marked as shown.
    QVERIFY(!m_window->findChild<PictureList *>()->currentItem());
}

void TestMainWindow::controlsFillTheRequest()
{
    openSample();
    question()->setText("is it day?");
    RunControls *controls = m_window->controls();
    QCOMPARE(controls->budget(), 64); // the largest of 16 and 64 that compresses 256 fourfold
    QTest::keyClick(controls->budgetSlider(), Qt::Key_Left);
    QCOMPARE(controls->budget(), 16);
    QTest::keyClick(controls->budgetSlider(), Qt::Key_Left); // snaps at the end
    QCOMPARE(controls->budget(), 16);
    QTest::keyClick(controls->compressorBox(), Qt::Key_Down);
    QVERIFY(!controls->fusionBox()->isEnabled());
    QVERIFY(!controls->fusionBox()->toolTip().isEmpty());
    m_window->startRun();
    QCOMPARE(engine().requests.back().compressor, std::string("pool"));
    QCOMPARE(engine().requests.back().budget, 16);
    engine().finish();
    QTRY_VERIFY(controls->runButton()->isEnabled());
    QTest::keyClick(controls->compressorBox(), Qt::Key_End);
    QVERIFY(!controls->budgetSlider()->isEnabled());
    m_window->startRun();
    QCOMPARE(engine().requests.back().compressor, std::string("none"));
}

void TestMainWindow::historyShowsARunAgain()
{
    openSample();
    for (const char *answer : {"fox", "owl"}) {
        question()->setText(QStringLiteral("is it the %1?").arg(answer));
        m_window->startRun();
        engine().finish({.answer = answer});
        QTRY_COMPARE(m_window->answerPanel()->answerText(), QString(answer));
    }
    QListView *list = m_window->runsPanel()->list();
    QCOMPARE(list->model()->rowCount(), 2);
    const QRect older = list->visualRect(list->model()->index(1, 0));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, older.center());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QCOMPARE(question()->text(), QStringLiteral("is it the fox?"));
    QCOMPARE(engine().requests.size(), std::size_t(2)); // shown, not run again
}

void TestMainWindow::pinnedRunIsCompared()
{
    openSample();
    question()->setText("who?");
    m_window->startRun();
    engine().finish({.answer = "fox"});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QTest::mouseClick(m_window->runsPanel()->pinButton(), Qt::LeftButton);
    m_window->startRun();
    engine().finish({.answer = "owl"});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QVERIFY2(m_window->answerPanel()->comparisonText().contains(QStringLiteral("pinned run: fox · different")),
             qPrintable(m_window->answerPanel()->comparisonText()));
}

void TestMainWindow::questionCutForTheRouterIsNoticed()
{
    openSample();
    question()->setText("who?");
    m_window->startRun();
    auto trace = fixture::makeTrace();
    trace->notices = {"the router saw the first 62 of 300 tokens of the question"};
    engine().send(RunFinished{trace});
    QTRY_VERIFY(m_window->answerPanel()->noticesText().contains("first 62 of 300"));
}

void TestMainWindow::longQuestionIsPassedOnWhole()
{
    openSample();
    const QString text = QStringLiteral("is the sign red? ").repeated(600);
    question()->setText(text);
    m_window->startRun();
    QCOMPARE(engine().requests.back().question.size(), std::size_t(10200));
}

void TestMainWindow::singleLettersInTheQuestionAreText()
{
    openSample();
    question()->setFocus();
    QTest::keyClicks(question(), "zoom 01[]");
    QCOMPARE(question()->text(), QStringLiteral("zoom 01[]"));
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Kept);
}

void TestMainWindow::geometryIsRemembered()
{
    m_window->resize(1111, 777);
    m_window->close();
    MainWindow again(m_fixture->config());
    again.show();
    QCOMPARE(again.size(), QSize(1111, 777));
    for (const QDockWidget *dock : again.findChildren<QDockWidget *>())
        QVERIFY2(!dock->objectName().isEmpty(), qPrintable(dock->windowTitle()));
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"

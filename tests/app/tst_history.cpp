// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers from one start to the next.
#include "app/explorer/runs/run_status.h"
#include "tests/app/history_fixture.h"

#include <QBuffer>

#include <csignal>
#include <ctime>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qmop;

class TestHistory : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_window.reset(); }

    void runsAreThereAtTheNextStart();
    void aLargePictureIsReadBesideTheWindow();
    void aRunIsInTheJournalBeforeItIsShown();
    void aPastedPictureIsKept();
    void aMissingPictureIsSaidAndStoodInFor();
    void aChangedPictureIsNotShownAsTheOld();
    void editsAreKeptAndUndone();
    void typingIsNotLostWhenARunEnds();
    void theFilterFindsRuns();
    void aFullDiskIsSaidAndMadeUpFor();
    void aCrashIsTold();
    void aCrashInTheFirstRunIsNotRepeated();
    void aDamagedRunIsSaid();
    void twoThousandRunsOpenAndFilter();
};

void TestHistory::runsAreThereAtTheNextStart()
{
    openPicture();
    ask("what does the sign say?", "fox");
    ask("is it day?", "yes");
    const auto before = m_last;
    const QImage shown = m_window->imagePanel()->view()->grab().toImage();
    start();
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(list()->model()->index(1, 0).data(RunsModel::AnswerRole).toString(), QStringLiteral("fox"));
    QVERIFY(!list()->model()->index(0, 0).data(Qt::DecorationRole).value<QPixmap>().isNull());
    const std::size_t requests = engine().requests.size();
    click(0);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("is it day?"));
    QCOMPARE(engine().requests.size(), requests); // no engine
    QCOMPARE(fixture::firstDifference(*m_window->shownTrace(), *before), std::string());
    QCOMPARE(m_window->shownTrace()->image->rgb, before->image->rgb);
    QCOMPARE(m_window->imagePanel()->view()->grab().toImage(), shown);
    QVERIFY(m_window->messageBar()->isHidden());
    // The picture can be asked about again.
    QVERIFY2(m_window->runObstacle().isEmpty(), qPrintable(m_window->runObstacle()));
    ask("where is this?", "market");
    QCOMPARE(list()->model()->rowCount(), 3);
}

void TestHistory::aLargePictureIsReadBesideTheWindow()
{
    QImage large(2500, 2000, QImage::Format_RGB32);
    for (int y = 0; y < large.height(); ++y)
        for (int x = 0; x < large.width(); ++x)
            large.setPixel(x, y, qRgb(x / 10, y / 8, 90));
    QVERIFY(large.save(m_fixture->path("large.png")));
    openPicture("large.png");
    ask("is it day?", "yes");
    const auto before = m_last;
    start();
    QSignalSpy shown(m_window.get(), &MainWindow::traceShown);
    click(0);
    QVERIFY(shown.isEmpty()); // it is being read
    QVERIFY2(m_window->runStatus()->text().contains("reading"), qPrintable(m_window->runStatus()->text()));
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY2(m_window->runStatus()->text().contains("cancelled"), qPrintable(m_window->runStatus()->text()));
    click(0);
    QTRY_VERIFY(m_window->shownTrace());
    QCOMPARE(shown.size(), 1); // not the cancelled one, too
    QCOMPARE(m_window->shownTrace()->image->rgb, before->image->rgb);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
    QVERIFY2(m_window->runObstacle().isEmpty(), qPrintable(m_window->runObstacle()));
}

// Looked at from the engine's thread, at the moment that the window is told.
void TestHistory::aRunIsInTheJournalBeforeItIsShown()
{
    const auto log = std::make_shared<fixture::ScriptedBackend::Log>();
    std::vector<std::size_t> seen;
    const auto backend = m_window->history()->around(fixture::scripted(log))(
        [&](const RunEvent &) { seen.push_back(RunJournal(journalFile()).headlines().size()); });
    RunRequest request;
    request.id = 1;
    backend->submit(request);
    log->send(StageProgress{"vision", 1, 6});
    log->finish();
    QVERIFY((seen == std::vector<std::size_t>{0, 1}));
}

void TestHistory::aPastedPictureIsKept()
{
    QImage pixels(30, 20, QImage::Format_RGB32);
    pixels.fill(QColor(10, 200, 30));
    QByteArray png;
    QBuffer buffer(&png);
    QVERIFY(pixels.save(&buffer, "PNG"));
    QSignalSpy opened(m_window.get(), &MainWindow::pictureOpened);
    m_window->openPicture({"pasted", {png.begin(), png.end()}});
    QVERIFY(opened.wait());
    ask("which colour?", "green");
    start();
    click(0);
    QCOMPARE(m_window->shownTrace()->image->width, 30);
    QCOMPARE(int(m_window->shownTrace()->image->at(3, 3)[1]), 200);
    QVERIFY(m_window->runObstacle().isEmpty());
    ask("again?", "yes");
    QVERIFY(engine().requests.back().image.bytes == std::vector<std::uint8_t>(png.begin(), png.end()));
}

void TestHistory::aMissingPictureIsSaidAndStoodInFor()
{
    openPicture();
    ask("is it day?", "yes");
    QVERIFY(QFile::remove(m_fixture->path("resources/samples/market.png")));
    start();
    click(0);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
    QVERIFY2(m_window->messageBar()->text().contains("market.png: the picture is missing"),
             qPrintable(m_window->messageBar()->text()));
    QCOMPARE(m_window->imagePanel()->view()->grid()->imageWidth, 640);
    QCOMPARE(m_window->shownTrace()->image->width, 640); // the thumbnail, enlarged
    QVERIFY(std::abs(int(m_window->shownTrace()->image->at(320, 240)[0]) - 200) <= 2);
    QCOMPARE(m_window->runObstacle(), QStringLiteral("Open a picture first"));
}

void TestHistory::aChangedPictureIsNotShownAsTheOld()
{
    openPicture();
    ask("is it day?", "yes");
    fixture::writePicture(m_fixture->path("resources/samples/market.png"), 640, 480, Qt::blue);
    start();
    click(0);
    QVERIFY2(m_window->messageBar()->text().contains("has changed since the run"),
             qPrintable(m_window->messageBar()->text()));
    QVERIFY(int(m_window->shownTrace()->image->at(320, 240)[0]) > 150); // not blue
}

void TestHistory::editsAreKeptAndUndone()
{
    openPicture();
    ask("what does the sign say?", "fox");
    ask("is it day?", "yes");
    click(1);
    QTest::keyClicks(panel()->noteEdit(), "the sign is cropped");
    QTest::keyClick(panel()->noteEdit(), Qt::Key_Return);
    QTest::keyClicks(panel()->tagsEdit(), "#wrong,  sign, wrong");
    QTest::keyClick(panel()->tagsEdit(), Qt::Key_Return);
    QTest::mouseClick(panel()->pinButton(), Qt::LeftButton);
    const std::string uid = panel()->model()->headline(panel()->model()->index(1))->uid;
    const RunEdits full{"the sign is cropped", {"wrong", "sign"}, true};
    QVERIFY(panel()->model()->headline(panel()->model()->index(1))->edits == full);
    QVERIFY(RunJournal(journalFile()).edits(uid) == full);
    // Pinning another unpins this one, in one step.
    click(0);
    QTest::mouseClick(panel()->pinButton(), Qt::LeftButton);
    QVERIFY(!RunJournal(journalFile()).edits(uid)->pinned);
    m_window->imagePanel()->view()->setFocus();
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(RunJournal(journalFile()).edits(uid) == full);
    QCOMPARE(panel()->model()->pinnedUid(), uid);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(RunJournal(journalFile()).edits(uid) == RunEdits());
    QVERIFY(!panel()->model()->pinned());
    QVERIFY(!m_window->history()->undoStack()->canUndo());
    QCOMPARE(list()->model()->rowCount(), 2); // runs are not undone
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(RunJournal(journalFile()).edits(uid) == full);
    start();
    QCOMPARE(panel()->model()->pinnedUid(), uid);
    QVERIFY(panel()->model()->pinned());
    click(1);
    QCOMPARE(panel()->noteEdit()->text(), QStringLiteral("the sign is cropped"));
    QCOMPARE(panel()->tagsEdit()->text(), QStringLiteral("wrong, sign"));
    QVERIFY(panel()->pinButton()->isChecked());
}

void TestHistory::typingIsNotLostWhenARunEnds()
{
    openPicture();
    ask("what does the sign say?", "fox");
    QTest::keyClicks(panel()->noteEdit(), "half a no");
    ask("is it day?", "yes");
    QVERIFY(panel()->noteEdit()->text().isEmpty()); // of the new run
    QCOMPARE(panel()->model()->headline(panel()->model()->index(1))->edits.note, std::string("half a no"));
}

void TestHistory::theFilterFindsRuns()
{
    openPicture();
    ask("what does the sign say?", "fox");
    ask("is it day?", "yes");
    ask("is it night?", "no");
    click(2);
    QTest::keyClicks(panel()->tagsEdit(), "wrong");
    QTest::keyClick(panel()->tagsEdit(), Qt::Key_Return);
    const auto shown = [this](const QString &filter) {
        panel()->filterEdit()->clear();
        QTest::keyClicks(panel()->filterEdit(), filter);
        QStringList answers;
        for (int row = 0; row < list()->model()->rowCount(); ++row)
            answers << list()->model()->index(row, 0).data(RunsModel::AnswerRole).toString();
        return answers.join(u' ');
    };
    QCOMPARE(shown(""), QStringLiteral("no yes fox"));
    QCOMPARE(shown("IS it"), QStringLiteral("no yes"));
    QCOMPARE(shown("it day"), QStringLiteral("yes"));
    QCOMPARE(shown("#wrong"), QStringLiteral("fox"));
    QCOMPARE(shown("#wrong night"), QString());
    QCOMPARE(shown("qmop 64"), QStringLiteral("no yes fox"));
    // A click in the filtered list shows the run of that row.
    shown("sign");
    click(0);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
}

void TestHistory::aFullDiskIsSaidAndMadeUpFor()
{
    openPicture();
    ask("what does the sign say?", "fox");
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit limit = before;
    limit.rlim_cur = 1024;
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ask("is it day?", "yes"); // shown all the same
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY2(m_window->messageBar()->text().contains("could not be written to the history"),
             qPrintable(m_window->messageBar()->text()));
    QVERIFY(m_window->messageBar()->text().contains("free some space"));
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(RunJournal(journalFile()).headlines().size(), std::size_t(1));
    start(); // closing has written it
    QCOMPARE(list()->model()->rowCount(), 2);
    QVERIFY(m_window->messageBar()->isHidden());
}

void TestHistory::aCrashIsTold()
{
    openPicture();
    ask("what does the sign say?", "fox");
    m_window.reset();
    killAWindow([this](RunJournal &journal, const std::string &session) {
        m_last->answer.text = "owl";
        journal.append(*m_last, {}, session);
        journal.runBegins("is it day?", "market.png");
    });
    start();
    const QString text = m_window->messageBar()->text();
    QVERIFY2(text.contains("ended without being closed"), qPrintable(text));
    QVERIFY2(text.contains("Nothing that was shown is lost") && text.contains("its one run is in the list"),
             qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("“is it day?” on market.png")), qPrintable(text));
    QVERIFY(m_window->showRecoveredRun());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("what does the sign say?"));
    QVERIFY(engine().requests.size() == 1); // nothing was asked by itself
    // It stays until dismissed: pictures that are opened and other messages only cover it.
    MessageBar *messages = m_window->messageBar();
    messages->showMessage(MessageBar::Kind::Notice, QStringLiteral("colours"), {}, {});
    openPicture();
    QCOMPARE(messages->text(), text);
    messages->showMessage(MessageBar::Kind::Error, QStringLiteral("no room"), {}, {});
    QTest::mouseClick(messages->dismissButton(), Qt::LeftButton);
    QCOMPARE(messages->text(), text);
    QTest::mouseClick(messages->dismissButton(), Qt::LeftButton);
    QVERIFY(messages->isHidden());
    start(); // told once
    QVERIFY(m_window->messageBar()->isHidden());
    QVERIFY(!m_window->showRecoveredRun());
}

// What may have ended the program is not begun again by itself.
void TestHistory::aCrashInTheFirstRunIsNotRepeated()
{
    m_window.reset();
    killAWindow([](RunJournal &journal, const std::string &) { journal.runBegins("is it day?", "market.png"); });
    for (const bool asks : {false, true}) { // told once: the next start is like any other
        start();
        QVERIFY(!m_window->showRecoveredRun());
        QSignalSpy opened(m_window.get(), &MainWindow::pictureOpened);
        m_window->openFirstSample();
        QVERIFY(opened.wait());
        QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("what does the sign say?"));
        QCOMPARE(engine().requests.size(), asks ? std::size_t(1) : std::size_t(0));
    }
}

void TestHistory::aDamagedRunIsSaid()
{
    openPicture();
    ask("what does the sign say?", "fox");
    ask("is it day?", "yes");
    m_window.reset();
    Database(journalFile(), Database::Access::ReadWrite).execute("UPDATE traces SET numbers = x'00' WHERE rowid = 1");
    start();
    click(1);
    QVERIFY2(m_window->messageBar()->text().contains("damaged"), qPrintable(m_window->messageBar()->text()));
    QVERIFY(!m_window->shownTrace());
    click(0);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
}

void TestHistory::twoThousandRunsOpenAndFilter()
{
    m_window.reset();
    {
        const auto empty = std::make_unique<RunJournal>(journalFile()); // makes the tables
        const Database database(journalFile(), Database::Access::ReadWrite);
        const RunTables tables(database);
        Transaction transaction(database);
        StoredRun run{{}, writeRecord(*fixture::makeTrace())};
        run.headline.session = std::string(32, 'a');
        run.headline.compressor = "qmop";
        run.headline.budget = 64;
        run.headline.pictureSha256 = std::string(64, 'b');
        for (int i = 0; i < 2000; ++i) {
            run.headline.uid = newUid();
            run.headline.question = "how many of the " + std::to_string(i) + " boats have a red sail?";
            run.headline.answer = "answer " + std::to_string(i);
            tables.addRun(run);
        }
        transaction.commit();
    }
    // Time of this thread, not of the clock on the wall: other programs run too.
    const auto seconds = [](auto &&work) {
        timespec before{};
        timespec after{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        work();
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
        return double(after.tv_sec - before.tv_sec) + 1e-9 * double(after.tv_nsec - before.tv_nsec);
    };
    RunsPanel runs;
    runs.resize(260, 700);
    RunHistory history(journalFile(), config().decoder, &runs);
    const double open = seconds([&] {
        history.open();
        runs.grab();
    });
    const QAbstractItemModel *rows = runs.list()->model();
    QCOMPARE(rows->rowCount(), 2000);
    const double filter = seconds([&] {
        runs.filterEdit()->setText("1234 sail");
        runs.grab();
    });
    QCOMPARE(rows->rowCount(), 1);
    std::shared_ptr<const RunTrace> trace;
    const double show = seconds([&] { trace = runs.model()->trace(runs.model()->index(1999 - 1234)); });
    QVERIFY(trace);
    QCOMPARE(trace->provenance.tokens, 64);
    const double all = seconds([&] {
        runs.filterEdit()->clear();
        runs.grab();
    });
    qInfo("2,000 runs: open %.1f ms, filter %.1f ms, read one %.1f ms, unfilter %.1f ms", open * 1e3, filter * 1e3,
          show * 1e3, all * 1e3);
    QVERIFY(open <= 0.3);
    QVERIFY(filter <= 0.3);
    QVERIFY(all <= 0.3);
}

QTEST_MAIN(TestHistory)
#include "tst_history.moc"

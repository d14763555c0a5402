// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions of one's own in the window, over a scripted engine.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/suite/own_suite.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "tests/app/window_fixture.h"
#include "tests/fixtures/full_disk.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/bench/own_suite_panel.h"
#include "widgets/bench/question_form.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_panel.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTableWidget>
#include <QToolButton>

#include <fstream>

using namespace qmop;

class TestOwnSuite : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void addedByKeyboardAndScoredLive();
    void editedDeletedAndUndone();
    void scoreAllGoesOverEveryMethod();
    void stoppedScoringKeepsWhatItHas();
    void importTellsWhatCame();
    void damagedSuiteIsSaidAndLeftAlone();
    void missingPictureStopsScoring();
    void fullDiskLosesNothing();
    void disabledControlsSayWhy();
    void thePageThatKnowsThePictureComesUp();
    void questionsGoToThePictureOfTheRunShown();

private:
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }
    OwnSuite *own() { return m_window->ownSuite(); }
    OwnSuitePanel *panel() { return own()->panel(); }
    std::filesystem::path suiteFolder() { return m_fixture->path("own").toStdString(); }
    std::string market() { return sha256OfFile(m_fixture->path("resources/samples/market.png").toStdString()); }
    QString cell(QTableWidget *table, int row, int column) { return table->item(row, column)->text(); }
    void click(QToolButton *button)
    {
        QVERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
    }
    // Fills the form by keys and saves.
    void type(const QString &question, const QString &answers, int dimension)
    {
        QTRY_VERIFY(own()->form());
        QuestionForm *form = own()->form();
        QVERIFY(QTest::qWaitForWindowExposed(form));
        form->questionEdit()->selectAll();
        QTest::keyClicks(form->questionEdit(), question);
        form->answersEdit()->selectAll();
        QTest::keyClicks(form->answersEdit(), answers);
        form->dimensionBox()->setFocus();
        QTest::keyClick(form->dimensionBox(), Qt::Key_Home);
        for (int i = 0; i < dimension; ++i)
            QTest::keyClick(form->dimensionBox(), Qt::Key_Down);
        QVERIFY(form->okButton()->isEnabled());
        QTest::mouseClick(form->okButton(), Qt::LeftButton);
        QTRY_VERIFY(!own()->form());
    }
    void add(const QString &question, const QString &answers, int dimension)
    {
        click(panel()->addButton());
        type(question, answers, dimension);
    }
    // The engine's answer to its last request; the picture is the one asked about.
    void answer(const std::string &text)
    {
        fixture::TraceOptions options;
        options.answer = text;
        options.uncompressed = "no";
        auto trace = fixture::makeTrace(options);
        trace->request = engine().requests.back();
        trace->request.image.bytes.clear();
        trace->imageSha256 = market();
        if (!trace->request.withUncompressed)
            trace->uncompressed.reset();
        engine().send(RunFinished{trace});
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestOwnSuite::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QTRY_VERIFY(own()->editor()); // with the rest, behind the first painting
    QVERIFY(m_fixture->openSample());
    QTabBar *tabs = own()->tabs();
    QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
    QVERIFY(panel()->isVisible());
}

void TestOwnSuite::cleanup()
{
    m_fixture.reset();
}

void TestOwnSuite::addedByKeyboardAndScoredLive()
{
    m_window->setQuestion("what does the sign say?");
    click(panel()->addButton());
    QTRY_VERIFY(own()->form());
    QCOMPARE(own()->form()->questionEdit()->text(), QString("what does the sign say?")); // as asked
    QVERIFY(!own()->form()->okButton()->isEnabled()); // no answer yet
    type("what does the sign say?", "fox", 4);
    const Suite suite = loadSuite(suiteFolder());
    QCOMPARE(suite.samples.size(), std::size_t(1));
    QCOMPARE(suite.samples[0].dimension, Dimension::LD);
    QCOMPARE(suite.samples[0].image, "pictures/" + market() + ".png");
    const QString heading = panel()->bench()->suiteText();
    QVERIFY2(heading.contains("my-questions") && heading.contains("version 1") && heading.contains("scorer exact"),
             qPrintable(heading));

    QTableWidget *questions = panel()->bench()->questions();
    QCOMPARE(questions->rowCount(), 1);
    QTest::mouseClick(questions->viewport(), Qt::LeftButton, {},
                      questions->visualItemRect(questions->item(0, 1)).center());
    QVERIFY(engine().requests.empty()); // a click chooses, for Edit and Delete
    QTest::keyClick(questions, Qt::Key_Return);
    QTRY_COMPARE(engine().requests.size(), std::size_t(1));
    answer("Fox.");
    QTRY_VERIFY(cell(questions, 0, 3).contains(QStringLiteral("✓ Fox.")));
    QVERIFY(cell(questions, 0, 3).contains(QStringLiteral("✗ no (none)")));
    QTableWidget *scores = panel()->bench()->scores();
    QCOMPARE(scores->rowCount(), 2); // qmop and none
    QCOMPARE(cell(scores, 0, 5), QString("100.0")); // LD
    QCOMPARE(cell(scores, 0, 1), QStringLiteral("–"));
    QCOMPARE(cell(scores, 1, 6), QString("0.0"));

    // A question that the shown run answered is scored as soon as it is there.
    m_window->setQuestion("is it day?");
    m_window->startRun();
    answer("yes");
    QTRY_VERIFY(m_window->shownTrace() && m_window->shownTrace()->request.question == "is it day?");
    add("is it day?", "yes", 0);
    QCOMPARE(questions->rowCount(), 2);
    QVERIFY(cell(questions, 1, 3).contains(QStringLiteral("✓ yes")));
    QCOMPARE(cell(scores, 0, 1), QString("100.0")); // GU
}

void TestOwnSuite::editedDeletedAndUndone()
{
    add("how many?", "2", 1);
    add("what is it?", "market", 0);
    QTableWidget *questions = panel()->bench()->questions();
    questions->setFocus();
    questions->setCurrentCell(0, 0);
    click(panel()->editButton());
    type("how many stalls?", "3", 1);
    QCOMPARE(cell(questions, 0, 1), QString("how many stalls?"));
    QCOMPARE(questions->currentRow(), 0); // stays chosen
    click(panel()->removeButton());
    QCOMPARE(questions->rowCount(), 1);
    QCOMPARE(loadSuite(suiteFolder()).samples.size(), std::size_t(1));
    QAction *undo = m_window->commands()->action("edit.undo");
    QVERIFY2(undo->text().contains("delete a question"), qPrintable(undo->text()));
    m_window->activateWindow(); // the form had it
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(questions->rowCount(), 2);
    QCOMPARE(cell(questions, 0, 1), QString("how many stalls?"));
    QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(cell(questions, 0, 1), QString("how many?"));
    QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(cell(questions, 0, 1), QString("how many stalls?"));
    QCOMPARE(loadSuite(suiteFolder()).samples[0].question, std::string("how many stalls?"));
    // Cancelled: nothing happens.
    questions->setCurrentCell(0, 0);
    click(panel()->editButton());
    QTRY_VERIFY(own()->form());
    QTest::keyClick(own()->form(), Qt::Key_Escape);
    QTRY_VERIFY(!own()->form());
    QCOMPARE(loadSuite(suiteFolder()).version, own()->editor()->suite().version);
}

void TestOwnSuite::scoreAllGoesOverEveryMethod()
{
    add("how many?", "2", 1);
    add("what is it?", "market", 0);
    panel()->setMethods({"none", "qmop"}, {16, 64});
    click(panel()->scoreButton());
    QVERIFY(own()->isScoring());
    for (int i = 0; i < 6; ++i) { // two questions, three methods
        QTRY_COMPARE(engine().requests.size(), std::size_t(i + 1));
        QVERIFY2(panel()->progress().startsWith(QString("%1 of 6").arg(i + 1)), qPrintable(panel()->progress()));
        QCOMPARE(panel()->progress().contains(" left"), i > 0); // nothing is known before the first
        const RunRequest &request = engine().requests.back();
        QCOMPARE(request.question, std::string(i < 3 ? "how many?" : "what is it?"));
        QCOMPARE(request.compressor, std::string(i % 3 == 0 ? "none" : "qmop"));
        QCOMPARE(request.image.path.filename().string(), market() + ".png");
        QVERIFY(!request.withUncompressed);
        answer(request.budget == 64 && request.compressor == "qmop" ? "2" : "market");
    }
    QTRY_VERIFY(!own()->isScoring());
    QTableWidget *scores = panel()->bench()->scores();
    QCOMPARE(scores->rowCount(), 3);
    QCOMPARE(cell(scores, 0, 0), QString("none"));
    QCOMPARE(cell(scores, 0, 1), QString("100.0")); // GU
    QCOMPARE(cell(scores, 0, 2), QString("0.0")); // SC
    QCOMPARE(cell(scores, 2, 0), QStringLiteral("qmop · 64"));
    QCOMPARE(cell(scores, 2, 1), QString("0.0"));
    QCOMPARE(cell(scores, 2, 2), QString("100.0"));
    QCOMPARE(cell(scores, 2, 6), QString("50.0"));
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), 6); // no run is lost
    for (QAction *action : panel()->menu()->actions())
        if (action->text().contains("command"))
            action->trigger();
    const QString command = QGuiApplication::clipboard()->text();
    QVERIFY2(command.startsWith("qmop suite score --suite ") && command.contains("--compressors none,qmop")
                 && command.endsWith("--budgets 16,64"),
             qPrintable(command));
    // It is said of the questions that were scored, and of no others.
    QCOMPARE(panel()->progress(), QString("6 answers scored"));
    m_window->activateWindow(); // the form had it
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(panel()->bench()->questions()->rowCount(), 1);
    QCOMPARE(panel()->progress(), QString());
}

void TestOwnSuite::stoppedScoringKeepsWhatItHas()
{
    add("how many?", "2", 1);
    add("what is it?", "market", 0);
    panel()->setMethods({"none"}, {});
    click(panel()->scoreButton());
    QTRY_COMPARE(engine().requests.size(), std::size_t(1));
    answer("2");
    QTRY_COMPARE(engine().requests.size(), std::size_t(2));
    click(panel()->stopButton());
    QCOMPARE(engine().cancels, 1);
    engine().send(RunCancelled{});
    QTRY_VERIFY(!own()->isScoring());
    QCOMPARE(panel()->progress(), QString("stopped after 1 of 2"));
    QTableWidget *scores = panel()->bench()->scores();
    QCOMPARE(scores->rowCount(), 1);
    QCOMPARE(cell(scores, 0, 0), QString("none (1 of 2)"));
    QCOMPARE(cell(scores, 0, 6), QString("100.0"));
    QVERIFY(panel()->scoreButton()->isVisible());
}

void TestOwnSuite::importTellsWhatCame()
{
    add("how many?", "2", 1);
    SuiteEditor theirs(m_fixture->path("theirs").toStdString());
    std::ifstream picture(m_fixture->path("resources/samples/market.png").toStdString(), std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(picture), {}};
    theirs.add({"how many?", {"3"}, Dimension::SC, {}}, bytes, ".png");
    theirs.add({"what is it?", {"market"}, Dimension::GU, {}}, bytes, ".png");
    own()->importFrom(m_fixture->path("theirs").toStdString());
    QVERIFY2(m_window->messageBar()->text().contains("2 questions added"), qPrintable(m_window->messageBar()->text()));
    QVERIFY(m_window->messageBar()->text().contains("other answers"));
    QCOMPARE(panel()->bench()->questions()->rowCount(), 3);
    own()->exportTo(m_fixture->path("copy").toStdString());
    QCOMPARE(loadSuite(m_fixture->path("copy").toStdString()).samples.size(), std::size_t(3));
    own()->importFrom(m_fixture->path("nowhere").toStdString());
    QVERIFY(m_window->lastFailure() && m_window->lastFailure()->code == ErrorCode::InvalidSuite);
    QCOMPARE(panel()->bench()->questions()->rowCount(), 3);
}

void TestOwnSuite::damagedSuiteIsSaidAndLeftAlone()
{
    add("how many?", "2", 1);
    const std::filesystem::path file = suiteFolder() / "suite.json";
    std::ofstream(file, std::ios::binary) << "{\"name\": ";
    click(panel()->addButton());
    type("what is it?", "market", 0);
    QVERIFY(m_window->lastFailure());
    QCOMPARE(m_window->lastFailure()->code, ErrorCode::InvalidSuite);
    std::ifstream stream(file, std::ios::binary);
    QCOMPARE(std::string(std::istreambuf_iterator<char>(stream), {}), std::string("{\"name\": "));
    own()->open(file); // and as it would be found at the next start
    QVERIFY(!own()->editor());
    QVERIFY(!panel()->addButton()->isEnabled());
    QVERIFY(panel()->addButton()->toolTip().contains("not JSON"));
    own()->open(m_fixture->path("another").toStdString());
    QVERIFY(panel()->addButton()->isEnabled());
}

void TestOwnSuite::missingPictureStopsScoring()
{
    add("how many?", "2", 1);
    std::filesystem::remove(suiteFolder() / own()->editor()->suite().samples[0].image);
    click(panel()->scoreButton());
    QVERIFY(!own()->isScoring());
    QVERIFY(m_window->lastFailure());
    QVERIFY(QString::fromStdString(m_window->lastFailure()->what).contains("missing"));
    QVERIFY(engine().requests.empty());
}

void TestOwnSuite::fullDiskLosesNothing()
{
    add("how many?", "2", 1);
    {
        const FullDisk full(100);
        click(panel()->addButton());
        type("what is it?", "market", 0);
    }
    QVERIFY(m_window->lastFailure());
    QCOMPARE(m_window->lastFailure()->code, ErrorCode::OutputFailed);
    QCOMPARE(loadSuite(suiteFolder()).samples.size(), std::size_t(1));
    QCOMPARE(panel()->bench()->questions()->rowCount(), 1);
}

void TestOwnSuite::disabledControlsSayWhy()
{
    QVERIFY(!panel()->scoreButton()->isEnabled());
    QVERIFY(panel()->scoreButton()->toolTip().contains("Add a question"));
    QVERIFY(!panel()->editButton()->isEnabled());
    QVERIFY(panel()->editButton()->toolTip().contains("Choose a question"));
    add("how many?", "2", 1);
    QVERIFY(panel()->scoreButton()->isEnabled());
    m_window->setQuestion("is it day?");
    m_window->startRun();
    QVERIFY(!panel()->scoreButton()->isEnabled());
    QVERIFY(panel()->scoreButton()->toolTip().contains("run is going on"));
}

void TestOwnSuite::thePageThatKnowsThePictureComesUp()
{
    add("how many?", "2", 1);
    own()->tabs()->setCurrentIndex(0);
    QVERIFY(m_fixture->openSample());
    QCOMPARE(own()->tabs()->currentIndex(), 1);
    m_window->activateWindow(); // the form had it
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    QVERIFY(own()->questions().contains("how many?"));
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({m_fixture->path("resources/samples/beach.png").toStdString(), {}});
    QVERIFY(opened.wait());
    QCOMPARE(own()->tabs()->currentIndex(), 1); // nobody knows it: stays
    QCOMPARE(panel()->bench()->questions()->rowCount(), 0);
    // The arrows step through the pictures of the suite that is shown.
    QTest::keyClick(m_window, Qt::Key_Right, Qt::AltModifier);
    QVERIFY(opened.wait());
    QCOMPARE(panel()->bench()->questions()->rowCount(), 1);
}

void TestOwnSuite::questionsGoToThePictureOfTheRunShown()
{
    m_window->setQuestion("is it day?");
    m_window->startRun();
    answer("yes");
    QTRY_VERIFY(m_window->shownTrace());
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({m_fixture->path("resources/samples/beach.png").toStdString(), {}});
    QVERIFY(opened.wait());
    QCOMPARE(m_window->answerPanel()->suggestions(), QStringList{"where is this?"});
    // A run of the picture before, from the list.
    QListView *runs = m_window->runsPanel()->list();
    QTest::mouseClick(runs->viewport(), Qt::LeftButton, {}, runs->visualRect(runs->model()->index(0, 0)).center());
    QVERIFY(m_window->shownTrace());
    QCOMPARE(m_window->answerPanel()->suggestions(), (QStringList{"what does the sign say?", "is it day?"}));
    add("how many?", "2", 1);
    QCOMPARE(loadSuite(suiteFolder()).samples.at(0).image, "pictures/" + market() + ".png");
    QCOMPARE(own()->questions(), QStringList{"how many?"});
}

QTEST_MAIN(TestOwnSuite)
#include "tst_own_suite.moc"

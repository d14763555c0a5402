// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sweeps come back with their session: their tables, and the run behind each row.
#include <QtTest>

#include "app/explorer/window/sessions.h"
#include "core/store/session_file.h"
#include "tests/app/history_fixture.h"
#include "widgets/sweep/compressor_boxes.h"
#include "widgets/sweep/patch_multiples.h"
#include "widgets/sweep/sweep_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPlainTextEdit>
#include <QStatusBar>
#include <QTableWidget>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace qmop;

class TestKeptSweeps : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_window.reset(); }

    void tablesAndRowsComeBack();
    void aRunThatIsGoneIsAskedAgain();
    void whatWasNotSavedComesFromTheHistory();
    void severalSweepsAreListed();
    void aStoppedSweepSaysSo();
    void packsHoldWholeSweepsOnly();
    void aClosedSessionKeepsNone();
    void aCrashLosesNone();

private:
    SweepPanel *sweep() { return m_window->sweepPanel(); }
    QTableWidget *table() { return sweep()->budgetTable(); }
    QString file() const { return m_fixture->path("resources/mine.qmops"); }
    void press(const QString &text)
    {
        for (QPushButton *button : sweep()->findChildren<QPushButton *>())
            if (button->text() == text && button->isVisibleTo(sweep())) {
                button->click();
                return;
            }
        qFatal("no button %s", qPrintable(text));
    }
    // As the engine would, about the picture that was asked about.
    void answer(const std::string &text, std::vector<int> kept)
    {
        const RunRequest request = engine().requests.back();
        fixture::TraceOptions options{.question = request.question, .answer = text, .compressor = request.compressor};
        options.kept = std::move(kept);
        const auto trace = fixture::makeTrace(options);
        trace->request = request;
        trace->request.image.bytes.clear();
        trace->image = config().decoder(request.image).image;
        trace->imageSha256 = sha256OfFile(request.image.path);
        trace->imageName = request.image.path.filename().string();
        trace->grid = makePatchGrid(trace->image->width, trace->image->height, 128, 8, FitPolicy::Pad);
        engine().send(RunFinished{trace});
    }
    // none 256, then prune at 64, 16 and 4: "fox" but for the last.
    void sweepBudgets(const char *last = "owl")
    {
        m_window->docks()->open("sweep");
        for (QCheckBox *box : sweep()->compressors()->boxes())
            if (box->isEnabled() && box->isChecked() != (box->objectName() == "prune"))
                QTest::keyClick(box, Qt::Key_Space);
        press("Sweep");
        for (int row = 0; row < 4; ++row) {
            answer(row == 3 ? last : "fox", {32 + row, 77});
            QTRY_COMPARE(table()->rowCount(), row + 1);
        }
        QTRY_VERIFY(!m_window->runIsUnderWay());
    }
    void sweepQuestions()
    {
        sweep()->findChild<QPlainTextEdit *>()->setPlainText("is it day?\nwhere is this?");
        emit sweep()->questionsRequested();
        answer("yes", {40, 41, 42, 43});
        QTRY_COMPARE(engine().requests.back().question, std::string("where is this?"));
        answer("beach", {42, 43, 44, 45});
        QTRY_VERIFY(!m_window->runIsUnderWay());
    }
    static QString textOf(const QTableWidget *table)
    {
        QString text;
        for (int row = 0; row < table->rowCount(); ++row)
            for (int column = 0; column < table->columnCount(); ++column)
                text += (table->item(row, column) ? table->item(row, column)->text() : QString()) + '|';
        return text;
    }
    void press(int row)
    {
        table()->setCurrentCell(row, 0);
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_Return);
    }
    QString message() { return m_window->messageBar()->isHidden() ? QString() : m_window->messageBar()->text(); }
};

void TestKeptSweeps::tablesAndRowsComeBack()
{
    openPicture();
    ask("what does the sign say?", "fox");
    sweepBudgets();
    sweepQuestions();
    const QString budgets = textOf(table()), overlap = textOf(sweep()->overlapTable()), summary = sweep()->summary();
    QVERIFY(overlap.contains("0.33"));
    QVERIFY(m_window->sessions()->save(file()));
    QCOMPARE(message(), QString());

    start();
    QCOMPARE(table()->rowCount(), 0);
    m_window->sessions()->open(file());
    QCOMPARE(message(), QString());
    QCOMPARE(textOf(table()), budgets);
    QCOMPARE(textOf(sweep()->overlapTable()), overlap);
    QCOMPARE(sweep()->summary(), summary);
    // Rows and maps show the runs that they are of; nothing is asked.
    const std::size_t asked = engine().requests.size();
    m_window->docks()->open("sweep");
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualItemRect(table()->item(3, 0)).center());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QCOMPARE(m_window->shownTrace()->request.overrides.keepCount, std::optional(4));
    // With what they were asked with, as from the list of runs.
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("what does the sign say?"));
    QCOMPARE(m_window->controls()->compressor(), std::string("prune"));
    QCOMPARE(m_window->controls()->budget(), 4);
    press(0);
    QCOMPARE(m_window->controls()->compressor(), std::string("none"));
    QCOMPARE(m_window->shownTrace()->request.compressor, std::string("none"));
    emit sweep()->questionMaps()->activated(1);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("beach"));
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("where is this?"));
    QCOMPARE(engine().requests.size(), asked);
    // Saved once more, the file has the same.
    QVERIFY(m_window->sessions()->save(file()));
    QCOMPARE(SessionReader(file().toStdString()).sweeps().size(), std::size_t(2));
}

void TestKeptSweeps::aRunThatIsGoneIsAskedAgain()
{
    openPicture();
    ask("what does the sign say?", "fox");
    sweepBudgets();
    QVERIFY(m_window->sessions()->save(file()));
    m_window.reset();
    for (const std::string &stored : {file().toStdString(), journalFile().string()})
        Database(stored, Database::Access::ReadWrite)
            .execute("DELETE FROM traces WHERE uid IN (SELECT uid FROM runs WHERE answer = 'owl');"
                     "DELETE FROM runs WHERE answer = 'owl'");
    start();
    m_window->sessions()->open(file());
    const QString lost = message(); // the file says how many runs it had
    QVERIFY2(lost.contains("1 of its 5 runs cannot be read"), qPrintable(lost));
    QCOMPARE(table()->rowCount(), 4);
    m_window->docks()->open("sweep");
    const std::size_t asked = engine().requests.size();
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualItemRect(table()->item(3, 0)).center());
    QVERIFY2(m_window->statusBar()->currentMessage().contains("double click"),
             qPrintable(m_window->statusBar()->currentMessage()));
    QCOMPARE(engine().requests.size(), asked);
    press(3);
    QCOMPARE(message(), lost);
    QCOMPARE(engine().requests.size(), asked + 1);
    QCOMPARE(engine().requests.back().compressor, std::string("prune"));
    QCOMPARE(engine().requests.back().overrides.keepCount, std::optional(4));
    QCOMPARE(engine().requests.back().question, std::string("what does the sign say?"));
    QCOMPARE(m_window->controls()->compressor(), std::string("prune"));
    QCOMPARE(m_window->controls()->budget(), 4);
    answer("owl", {1, 2});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
}

// The journal has each row as soon as the window had it.
void TestKeptSweeps::whatWasNotSavedComesFromTheHistory()
{
    openPicture();
    ask("what does the sign say?", "fox");
    QVERIFY(m_window->sessions()->save(file()));
    m_window->docks()->open("sweep");
    press("Sweep");
    answer("fox", {});
    QTRY_COMPARE(table()->rowCount(), 1);
    answer("fox", {});
    QTRY_COMPARE(table()->rowCount(), 2);
    press("Stop");
    engine().send(RunCancelled{});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    const QString rows = textOf(table());
    start();
    m_window->sessions()->open(file());
    QCOMPARE(textOf(table()), rows);
    QVERIFY(SessionReader(file().toStdString()).sweeps().empty());
    QVERIFY(m_window->sessions()->save(file()));
    QCOMPARE(SessionReader(file().toStdString()).sweeps().size(), std::size_t(1));
}

void TestKeptSweeps::severalSweepsAreListed()
{
    openPicture();
    ask("what does the sign say?", "fox");
    QVERIFY(sweep()->keptBox()->isHidden());
    sweepBudgets();
    QVERIFY(sweep()->keptBox()->isHidden()); // there is no choice
    sweepBudgets("cat");
    QVERIFY(m_window->sessions()->save(file()));
    start();
    m_window->sessions()->open(file());
    m_window->docks()->open("sweep");
    QComboBox *box = sweep()->keptBox();
    QVERIFY(box->isVisible());
    QCOMPARE(box->count(), 2);
    QCOMPARE(table()->item(3, 2)->text(), QStringLiteral("cat"));
    QVERIFY2(box->currentText().contains("4 runs of “what does the sign say?” on market.png"),
             qPrintable(box->currentText()));
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(table()->item(3, 2)->text(), QStringLiteral("owl"));
    press(3);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
}

void TestKeptSweeps::aStoppedSweepSaysSo()
{
    openPicture();
    ask("what does the sign say?", "fox");
    sweepBudgets();
    sweep()->findChild<QPlainTextEdit *>()->setPlainText("is it day?\nwhere is this?");
    emit sweep()->questionsRequested();
    answer("yes", {40, 41, 42, 43});
    QTRY_COMPARE(engine().requests.back().question, std::string("where is this?"));
    emit sweep()->stopRequested();
    engine().send(RunCancelled{});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    const QString stopped = QStringLiteral("1 of 2 runs asked; what follows is of these alone:");
    QCOMPARE(sweep()->questionSummary(), stopped);
    QVERIFY(m_window->sessions()->save(file()));
    start();
    m_window->sessions()->open(file());
    m_window->docks()->open("sweep");
    QCOMPARE(sweep()->questionSummary(), stopped);
    QVERIFY2(!sweep()->summary().contains("runs asked"), qPrintable(sweep()->summary()));
    QCOMPARE(sweep()->findChild<QTabWidget *>()->currentIndex(), 1); // the newest is in front
    QVERIFY(sweep()->keptBox()->currentText().contains("1 question on"));
}

void TestKeptSweeps::packsHoldWholeSweepsOnly()
{
    openPicture();
    ask("what does the sign say?", "fox");
    sweepBudgets();
    sweepQuestions();
    const QString pack = m_fixture->path("some.qmopz");
    panel()->filterEdit()->setText("fox"); // not the last row's run, nor those of the other questions
    QVERIFY(m_window->sessions()->savePack(pack));
    QVERIFY(SessionReader(pack.toStdString()).sweeps().empty());
    panel()->filterEdit()->setText("prune");
    panel()->filterEdit()->clear();
    QVERIFY(m_window->sessions()->savePack(pack));
    QCOMPARE(SessionReader(pack.toStdString()).sweeps().size(), std::size_t(2));
}

void TestKeptSweeps::aClosedSessionKeepsNone()
{
    openPicture();
    ask("what does the sign say?", "fox");
    sweepBudgets();
    QVERIFY(m_window->sessions()->save(file()));
    start();
    m_window->sessions()->open(file());
    QCOMPARE(table()->rowCount(), 4);
    QTest::mouseClick(panel()->allRunsButton(), Qt::LeftButton);
    QCOMPARE(table()->rowCount(), 0);
    QVERIFY(sweep()->summary().isEmpty());
    openPicture();
    ask("is it day?", "yes");
    const QString other = m_fixture->path("resources/other.qmops");
    QVERIFY(m_window->sessions()->save(other));
    QVERIFY(SessionReader(other.toStdString()).sweeps().empty());
    m_window->sessions()->open(file());
    QCOMPARE(table()->rowCount(), 4);
    m_window->sessions()->open(other);
    QCOMPARE(table()->rowCount(), 0);
}

// Of a session that was never saved: shown as its runs are, and not the next session's.
void TestKeptSweeps::aCrashLosesNone()
{
    openPicture();
    ask("what does the sign say?", "fox");
    m_window.reset();
    const std::filesystem::path journalled = journalFile();
    const pid_t child = ::fork();
    if (child == 0) {
        RunJournal journal(journalled);
        StoredSweep kept;
        kept.uid = newUid();
        kept.session = newUid();
        journal.openWindow(kept.session);
        kept.overQuestions = true;
        kept.patches = m_last->grid.patchCount();
        m_last->answer.text = "owl";
        kept.runs = {journal.append(*m_last, {}, kept.session).uid};
        kept.questions = {questionCell(*m_last)};
        journal.keepSweep(kept);
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    start();
    QVERIFY2(message().contains("Its sweeps stand in the panel Sweep"), qPrintable(message()));
    QVERIFY(m_window->showRecoveredRun());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QCOMPARE(sweep()->overlapTable()->rowCount(), 1);
    emit sweep()->questionMaps()->activated(0);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    openPicture();
    ask("is it night?", "no");
    QVERIFY(m_window->sessions()->save(file()));
    QVERIFY(SessionReader(file().toStdString()).sweeps().empty());
    start(); // told and shown once
    QVERIFY(!m_window->showRecoveredRun());
    QVERIFY(m_window->history()->sweeps().empty());
}

QTEST_MAIN(TestKeptSweeps)
#include "tst_kept_sweeps.moc"

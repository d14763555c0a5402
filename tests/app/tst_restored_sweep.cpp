// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows of a sweep that was dropped as a figure: their runs are asked again, or it is said why not.
#include <QtTest>

#include "app/explorer/layout/panel_docks.h"
#include "tests/app/figure_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/sweep/sweep_panel.h"

#include <QListView>
#include <QStatusBar>
#include <QTableWidget>

using namespace qmop;

class TestRestoredSweep : public fixture::FigureFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_fixture.reset(); }

    void aRowAsksItsRunAgain_data();
    void aRowAsksItsRunAgain();
    void anotherPictureIsShownMeanwhile();
    void anotherAnswerIsSaid();
    void aCancelledRowCanBeOpenedAgain();
    void whyARowCannotBeOpened_data();
    void whyARowCannotBeOpened();

private:
    // A window that has only the figure: rows none, prune 64 and prune 16 (of the QMoP for 64).
    void dropSweep(bool withPicture = true)
    {
        ask();
        FigureRequest request = shownFigure({FigurePanel::Sweep});
        FigureSweep sweep;
        sweep.reference.point = {"none", 0, 0};
        sweep.reference.visualTokens = 256;
        sweep.reference.answer = "fox";
        sweep.reference.unchanged = true;
        for (int budget : {64, 16}) {
            SweepCell cell = sweep.reference;
            cell.point = {"prune", budget, 64};
            cell.visualTokens = budget;
            sweep.cells.push_back(cell);
            sweep.kept.push_back({1, 5, 255});
        }
        request.view.sweep = sweep;
        request.source = m_window->shownSource();
        request.embedPicture = withPicture;
        write(request, path("sweep.png"));
        if (!withPicture)
            QVERIFY(QFile::rename(path("resources/samples/market.png"), path("moved.png")));
        m_window = &m_fixture->open();
        QVERIFY(QTest::qWaitForWindowExposed(m_window));
        drop(path("sweep.png"));
        QVERIFY(m_window->shownTrace());
        QCOMPARE(table()->rowCount(), 3);
        m_asked = engine().requests.size();
    }
    QTableWidget *table() { return m_window->sweepPanel()->budgetTable(); }
    QPoint middleOf(int row) { return table()->visualItemRect(table()->item(row, 0)).center(); }
    void press(int row)
    {
        table()->setCurrentCell(row, 0);
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_Return);
    }
    std::size_t asked() const { return m_fixture->engine->requests.size() - m_asked; }
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }

    std::size_t m_asked = 0;
};

void TestRestoredSweep::aRowAsksItsRunAgain_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("compressor");
    QTest::addColumn<int>("keep");
    QTest::newRow("uncompressed") << 0 << "none" << -1;
    QTest::newRow("trained budget") << 1 << "prune" << -1;
    QTest::newRow("other budget") << 2 << "prune" << 16;
}

void TestRestoredSweep::aRowAsksItsRunAgain()
{
    QFETCH(int, row);
    QFETCH(QString, compressor);
    QFETCH(int, keep);
    dropSweep();
    // A click looks at what is there and starts nothing; it says what would.
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, middleOf(row));
    QCOMPARE(asked(), 0u);
    QVERIFY2(m_window->statusBar()->currentMessage().contains("double click"),
             qPrintable(m_window->statusBar()->currentMessage()));
    if (row == 1)
        press(row);
    else
        QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, middleOf(row));
    QCOMPARE(asked(), 1u);
    const RunRequest request = engine().requests.back();
    QCOMPARE(QString::fromStdString(request.compressor), compressor);
    QCOMPARE(request.overrides.keepCount.value_or(-1), keep);
    if (row > 0)
        QCOMPARE(request.budget, 64);
    QCOMPARE(request.question, std::string("what does the sign say?"));
    QVERIFY(!request.image.bytes.empty() || !request.image.path.empty());
    QVERIFY(m_window->runIsUnderWay()); // visibly
    engine().finish({.compressor = request.compressor});
    QTRY_COMPARE(QString::fromStdString(m_window->shownTrace()->request.compressor), compressor);
    const auto shown = m_window->shownTrace();
    QCOMPARE(m_window->runsPanel()->list()->model()->rowCount(), 2); // the figure's, and this
    QCOMPARE(message(), QString());
    // From now on it is there.
    m_window->showTrace(m_window->runsPanel()->model()->trace(m_window->runsPanel()->model()->index(1)));
    QVERIFY(m_window->shownTrace() != shown);
    press(row);
    QCOMPARE(asked(), 1u);
    QCOMPARE(m_window->shownTrace(), shown);
}

void TestRestoredSweep::anotherPictureIsShownMeanwhile()
{
    dropSweep();
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({path("resources/samples/beach.png").toStdString(), {}});
    QVERIFY(opened.wait());
    QVERIFY(!m_window->shownTrace());
    press(1);
    QCOMPARE(asked(), 1u);
    QVERIFY(engine().requests.back().image.path != path("resources/samples/beach.png").toStdString());
    engine().finish({.compressor = "prune"});
    QTRY_VERIFY(m_window->shownTrace() && m_window->shownTrace()->request.compressor == "prune");
}

void TestRestoredSweep::anotherAnswerIsSaid()
{
    dropSweep();
    press(2);
    engine().finish({.answer = "owl"});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QVERIFY2(message().contains("owl") && message().contains("fox"), qPrintable(message()));
}

void TestRestoredSweep::aCancelledRowCanBeOpenedAgain()
{
    dropSweep();
    press(1);
    engine().send(RunCancelled{"fo"});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    m_window->startRun(); // another run is not the row's
    engine().finish({.answer = "owl"});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QCOMPARE(message(), QString());
    press(1);
    QCOMPARE(asked(), 3u);
    QCOMPARE(engine().requests.back().compressor, std::string("prune"));
}

void TestRestoredSweep::whyARowCannotBeOpened_data()
{
    QTest::addColumn<QString>("missing");
    QTest::addColumn<QString>("said");
    QTest::newRow("picture") << "picture"
                             << "sample.png"; // as the run calls it
    QTest::newRow("model") << "model"
                           << "other-model";
    QTest::newRow("free engine") << "engine"
                                 << "Esc";
}

void TestRestoredSweep::whyARowCannotBeOpened()
{
    QFETCH(QString, missing);
    QFETCH(QString, said);
    if (missing == "model") {
        ask(); // loads what is asked about before the model goes
        QFile config(path("model/config.json"));
        dropSweep();
        QVERIFY(config.open(QIODevice::ReadOnly));
        const QByteArray text = config.readAll().replace("scenes-tiny", "other-model");
        fixture::writeFile(path("model/config.json"), text);
        m_window = &m_fixture->open();
        QVERIFY(QTest::qWaitForWindowExposed(m_window));
        drop(path("sweep.png"));
    } else {
        dropSweep(missing != "picture");
    }
    if (missing == "engine") {
        m_window->startRun();
        ++m_asked;
    }
    press(1);
    QCOMPARE(asked(), 0u);
    QVERIFY2(message().contains("cannot be opened"), qPrintable(message()));
    QVERIFY2(message().contains(said), qPrintable(message()));
}

QTEST_MAIN(TestRestoredSweep)
#include "tst_restored_sweep.moc"

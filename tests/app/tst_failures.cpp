// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser in the window, over a scripted engine.
#include <QtTest>

#include "app/explorer/failures/bench_dialog.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "core/vtcbench/bench_file.h"
#include "tests/app/failures_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/sweep/compressor_boxes.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>

using namespace qmop;

class TestFailures : public fixture::FailuresFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { m_fixture.reset(); }

    void shippedResultOpensByItself();
    void keyboardStory();
    void steppingMovesTheSelection();
    void droppedResult();
    void resultsWithoutTheirPictures();
    void hostilePathsLeadNowhere();
    void damagedResults_data();
    void damagedResults();
    void benchInTheWindow();
    void theBenchmarkIsCopiedAsCommand();
    void benchIsStopped();
    void benchThatFailsKeepsItsAnswers();
};

void TestFailures::shippedResultOpensByItself()
{
    const QString file = writeSuite("shipped");
    FailureBrowser *failures = m_window->failures();
    failures->offer(file.toStdString(), {"base", "m64"}); // m16 is of another model
    QCOMPARE(panel()->model()->rowCount(), 0);
    failures->offer(file.toStdString(), {"base", "m64", "m16", "another"});
    QCOMPARE(panel()->model()->rowCount(), 8);
    // What a person has opened stays.
    QVERIFY(failures->open(writeSuite("own")));
    failures->offer(file.toStdString(), {"base", "m64", "m16"});
    QVERIFY(panel()->sourceText().startsWith("own"));
}

// Filter, select, open, next: not once the mouse.
void TestFailures::keyboardStory()
{
    QVERIFY(m_window->failures()->open(writeSuite("own")));
    ReviewFilterBar *bar = panel()->filterBar();
    bar->outcomeBox()->setFocus();
    QTest::keyClick(bar->outcomeBox(), Qt::Key_Down); // full right, compressed wrong
    // 16: s1, s2; 64: s2.
    QCOMPARE(panel()->model()->rowCount(), 3);
    // Tab leads from the filters to the table.
    int tabs = 0;
    while (QApplication::focusWidget() != panel()->table() && ++tabs < 30)
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QVERIFY2(tabs < 30, "the table is out of reach");
    QTableView *table = panel()->table();
    QTest::keyClick(table, Qt::Key_Down); // s2 at 64
    QTest::keyClick(table, Qt::Key_Down); // s2 at 16
    QCOMPARE(panel()->brushed().size(), std::size_t(1));
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(opened.wait());
    QTRY_COMPARE(engine().requests.size(), std::size_t(1));
    RunRequest request = engine().requests.back();
    QCOMPARE(QString::fromStdString(request.image.path.string()), m_fixture->path("own/p1.png"));
    QCOMPARE(request.question, std::string("what is number 2?"));
    QCOMPARE(request.compressor, std::string("qmop"));
    QCOMPARE(request.budget, 16);
    QVERIFY(m_window->runIsUnderWay()); // visibly a run
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("what is number 2?"));
    // Not while it runs: it says so.
    QTest::keyClick(m_window, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(engine().requests.size(), std::size_t(1));
    QVERIFY(m_window->messageBar()->isVisible());
    answer("wrong");
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QTest::keyClick(m_window, Qt::Key_Right, Qt::AltModifier); // around the end: s1 at 16
    QTRY_COMPARE(engine().requests.size(), std::size_t(2));
    request = engine().requests.back();
    QCOMPARE(request.question, std::string("what is number 1?"));
    QCOMPARE(QString::fromStdString(request.image.path.string()), m_fixture->path("own/p0.png"));
    answer("wrong");
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QTest::keyClick(m_window, Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(engine().requests.size(), std::size_t(3));
    QCOMPARE(engine().requests.back().question, std::string("what is number 2?"));
}

// The selected row, the mark, the fields and the line below the plot: one sample.
void TestFailures::steppingMovesTheSelection()
{
    QVERIFY(m_window->failures()->open(writeSuite("own")));
    QTableView *table = panel()->table();
    const auto clickRow = [&](int row, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(table->viewport(), Qt::LeftButton, modifiers,
                          table->visualRect(table->model()->index(row, 0)).center());
    };
    const auto allAbout = [&](int row) {
        const std::string &id = panel()->model()->data().sample(panel()->model()->rows()[std::size_t(row)]).id;
        const QString sample = QString::fromStdString(id);
        const QModelIndexList selected = table->selectionModel()->selectedRows();
        return selected.size() == 1 && selected[0].row() == row && table->currentIndex().row() == row
            && table->model()->index(row, 0).data().toString() == QStringLiteral("▸ ") + sample
            && panel()->pictures()->count() == 1 && panel()->pictures()->item(0)->text().endsWith(sample)
            && panel()->noteEdit()->placeholderText().endsWith(sample) && panel()->detailsText().contains(sample);
    };
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        const std::size_t asked = engine().requests.size();
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
        QTRY_COMPARE(engine().requests.size(), asked + 1);
        answer("wrong");
        QTRY_VERIFY(!m_window->runIsUnderWay());
    };
    clickRow(2); // s1 at 64
    press(Qt::Key_Return);
    QTest::mouseMove(m_window, {2, 2}); // points at no answer
    QTRY_VERIFY(allAbout(2));
    QTest::mouseClick(panel()->noteEdit(), Qt::LeftButton);
    QTest::keyClicks(panel()->noteEdit(), "blurred");
    press(Qt::Key_Right, Qt::AltModifier); // out of the note, without Enter
    press(Qt::Key_Right, Qt::AltModifier); // s2
    QVERIFY(allAbout(4));
    QCOMPARE(panel()->noteEdit()->text(), QString());
    press(Qt::Key_Left, Qt::AltModifier);
    press(Qt::Key_Left, Qt::AltModifier);
    QVERIFY(allAbout(2));
    QCOMPARE(panel()->noteEdit()->text(), QStringLiteral("blurred"));
    // A brush that holds the next sample stays.
    table->setFocus();
    clickRow(4, Qt::ShiftModifier);
    press(Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(panel()->brushed().size(), std::size_t(3));
    QCOMPARE(table->currentIndex().row(), 3);
}

void TestFailures::droppedResult()
{
    m_window->docks()->showLayout(LayoutId::Inspect);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(writeSuite("own"))});
    QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_window, &enter);
    QDropEvent drop(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_window, &drop);
    QVERIFY(drop.isAccepted());
    QCOMPARE(panel()->model()->rowCount(), 8);
    QVERIFY(panel()->isVisible());
    QVERIFY(!m_window->lastFailure());
    // Pictures of what is brushed come from beside the result.
    panel()->setBrushed({{0, 1}, {3, 1}});
    QTRY_VERIFY(!panel()->pictures()->item(0)->icon().isNull());
    QTRY_VERIFY(!panel()->pictures()->item(1)->icon().isNull());
}

void TestFailures::resultsWithoutTheirPictures()
{
    QVERIFY(m_window->failures()->open(writeSuite("alone", false)));
    QVERIFY(panel()->step(1));
    QVERIFY(m_window->messageBar()->isVisible());
    QVERIFY(engine().requests.empty());
    panel()->setBrushed({{0, 1}});
    QVERIFY(panel()->pictures()->item(0)->icon().isNull());
}

// A result may be anybody's: only the suite says where pictures lie.
void TestFailures::hostilePathsLeadNowhere()
{
    const QString file = writeSuite("own");
    fixture::writeFile(file, fileText(file).replace("\"p0.png\"", "\"../resources/samples/market.png\""));
    QVERIFY(m_window->failures()->open(file));
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    panel()->step(1);
    QVERIFY(opened.wait());
    QTRY_COMPARE(engine().requests.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(engine().requests.back().image.path.string()), m_fixture->path("own/p0.png"));
}

void TestFailures::damagedResults_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("truncated") << QByteArray(R"({"schema": 2, "suite": "s", "scorer": "exact", "runs": [)");
    QTest::newRow("newer") << QByteArray(R"({"schema": 9, "suite": "s", "scorer": "exact", "runs": []})");
    QTest::newRow("scores only") << QByteArray(
        R"({"suite": "s", "version": "1", "scorer": "exact", "model": "m", "runs": []})");
}

void TestFailures::damagedResults()
{
    QFETCH(QByteArray, content);
    QVERIFY(m_window->failures()->open(writeSuite("own")));
    const QString file = m_fixture->path("damaged.json");
    fixture::writeFile(file, content);
    m_window->openPaths({file});
    QVERIFY(m_window->lastFailure());
    QVERIFY(m_window->lastFailure()->what.find("damaged.json") != std::string::npos);
    QVERIFY(!m_window->lastFailure()->hint.empty());
    QVERIFY(panel()->sourceText().startsWith("own")); // what was open stays
}

void TestFailures::benchInTheWindow()
{
    writeSuite("own");
    const int runsBefore = m_window->runsPanel()->model()->rowCount();
    panel()->benchButton()->setFocus(); // as it has once its dialog is closed
    m_window->failures()->startBench(m_fixture->path("own").toStdString(), {{"none", 0}, {"prune", 16}});
    QVERIFY(m_window->failures()->benches());
    QCOMPARE(m_window->focusWidget(), panel()->table());
    for (int i = 0; i < 8; ++i) {
        QTRY_COMPARE(engine().requests.size(), std::size_t(i + 1));
        const RunRequest &request = engine().requests.back();
        QCOMPARE(request.compressor, std::string(i % 2 ? "prune" : "none"));
        QCOMPARE(request.question, "what is number " + std::to_string(i / 2) + "?");
        QVERIFY(!request.withUncompressed);
        QVERIFY(!panel()->benchButton()->isEnabled());
        answer(i % 2 ? "wrong" : "right" + std::to_string(i / 2));
        if (i == 2) { // live: two samples of "none", one of "prune"
            QTRY_VERIFY(panel()->progressText().startsWith("3 of 8 answers, about "));
            QTRY_COMPARE(panel()->model()->rowCount(), 1);
        }
    }
    QTRY_VERIFY(!m_window->failures()->benches());
    QVERIFY(panel()->progressText().isEmpty());
    QCOMPARE(panel()->model()->rowCount(), 4);
    ReviewFilter filter;
    filter.outcome = Outcome::OnlyFullRight;
    panel()->filterBar()->setFilter(filter);
    QCOMPARE(panel()->model()->rowCount(), 4);
    // The history is a person's, not a benchmark's.
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), runsBefore);
    // What was kept is what `qmop bench --json` writes.
    const BenchRecord saved = readBenchFile(m_window->failures()->savedResult());
    QCOMPARE(saved.suite, std::string("own"));
    QCOMPARE(saved.methods[1].results.size(), std::size_t(4));
    QCOMPARE(saved.methods[0].scores, (std::vector<double>{1, 1, 1, 1}));
    QVERIFY(saved.methods[0].results[0].probability && saved.methods[0].results[0].margin);
    // A sample opens, and is in the history again.
    panel()->step(1);
    QTRY_COMPARE(engine().requests.size(), std::size_t(9));
    answer("wrong");
    QTRY_COMPARE(m_window->runsPanel()->model()->rowCount(), runsBefore + 1);
}

void TestFailures::theBenchmarkIsCopiedAsCommand()
{
    writeSuite("resources/suites/own");
    QTest::mouseClick(panel()->benchButton(), Qt::LeftButton);
    BenchDialog *dialog = nullptr;
    QTRY_VERIFY((dialog = m_window->findChild<BenchDialog *>()));
    QVERIFY(QTest::qWaitForWindowExposed(dialog));
    QTest::mouseClick(dialog->copyButton(), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             "qmop bench " + m_fixture->path("resources/suites/own") + " --json --model " + m_fixture->path("model")
                 + " --compressors none,qmop --budgets 64");
    QVERIFY(dialog->isVisible()); // copying starts nothing
    QVERIFY(engine().requests.empty());
    for (QCheckBox *box : dialog->budgetBoxes())
        box->setChecked(false);
    dialog->compressors()->box("none")->setChecked(false);
    QVERIFY(!dialog->copyButton()->isEnabled());
    QVERIFY(dialog->copyButton()->toolTip().contains("budget"));
}

void TestFailures::benchIsStopped()
{
    writeSuite("own");
    m_window->failures()->startBench(m_fixture->path("own").toStdString(), {{"qmop", 16}});
    answer("right0");
    QTRY_COMPARE(engine().requests.size(), std::size_t(2));
    QTest::mouseClick(panel()->stopButton(), Qt::LeftButton);
    QCOMPARE(engine().cancels, 1);
    // A run that ends before it hears of it counts, and is the last.
    answer("right1");
    QTRY_VERIFY(!m_window->failures()->benches());
    QCOMPARE(engine().requests.size(), std::size_t(2));
    QCOMPARE(panel()->model()->rowCount(), 2);
    QVERIFY(panel()->sourceText().contains("stopped"));
    QCOMPARE(readBenchFile(m_window->failures()->savedResult()).methods[0].results.size(), std::size_t(2));
    // The engine is free again; Esc cancels a benchmark too.
    m_window->failures()->startBench(m_fixture->path("own").toStdString(), {{"qmop", 16}});
    QTest::keyClick(m_window, Qt::Key_Escape);
    QCOMPARE(engine().cancels, 2);
    engine().send(RunCancelled{});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QVERIFY(!m_window->failures()->benches());
}

void TestFailures::benchThatFailsKeepsItsAnswers()
{
    writeSuite("own");
    m_window->failures()->startBench(m_fixture->path("own").toStdString(), {{"qmop", 16}});
    answer("right0");
    QTRY_COMPARE(engine().requests.size(), std::size_t(2));
    engine().send(RunFailed{ErrorCode::ImageUnreadable, "p0.png: is truncated", "copy it again"});
    QTRY_VERIFY(!m_window->failures()->benches());
    QVERIFY(m_window->lastFailure());
    QCOMPARE(panel()->model()->rowCount(), 1);
    // No suite there: said, and nothing starts.
    m_window->failures()->startBench(m_fixture->path("nowhere").toStdString(), {{"qmop", 16}});
    QVERIFY(!m_window->failures()->benches());
    QCOMPARE(m_window->lastFailure()->code, ErrorCode::InvalidSuite);
}

QTEST_MAIN(TestFailures)
#include "tst_failures.moc"

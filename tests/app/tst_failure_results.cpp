// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the failure browser is asked with, and what outlives it: the dialog of a
// benchmark, recent results, notes, exports.
#include <QtTest>

#include "app/explorer/failures/bench_dialog.h"
#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "tests/app/failures_fixture.h"
#include "widgets/sweep/compressor_boxes.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTableView>

using namespace qmop;

class TestFailureResults : public fixture::FailuresFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { m_fixture.reset(); }

    void dialogAsksForPoints();
    void recentResults();
    void blindAnswersAreOpened();
    void notesOutliveTheWindow();
    void exports();
};

void TestFailureResults::dialogAsksForPoints()
{
    writeSuite("suites/one");
    writeSuite("suites/two");
    BenchDialog dialog(m_fixture->path("suites").toStdString(), {}, {16, 64}, nullptr);
    QCOMPARE(dialog.suiteBox()->count(), 2);
    QVERIFY((dialog.points() == std::vector<BenchPoint>{{"none", 0}, {"qmop", 64}}));
    QStringList offered;
    for (const QCheckBox *box : dialog.compressors()->boxes())
        offered << box->objectName();
    QCOMPARE(offered, (QStringList{"none", "qmop", "pool", "resample", "prune", "avgpool", "cls-prune", "blind"}));
    for (const char *toggled : {"none", "qmop", "avgpool", "cls-prune"})
        QTest::keyClick(dialog.compressors()->box(toggled), Qt::Key_Space);
    QVERIFY((dialog.points() == std::vector<BenchPoint>{{"avgpool", 64}, {"cls-prune", 64}}));
    for (QCheckBox *box : dialog.compressors()->boxes())
        box->setChecked(box->objectName() == "prune");
    for (QCheckBox *box : dialog.budgetBoxes())
        box->setChecked(true);
    QVERIFY((dialog.points() == std::vector<BenchPoint>{{"prune", 16}, {"prune", 64}}));
    for (QCheckBox *box : dialog.budgetBoxes())
        box->setChecked(false);
    QVERIFY(!dialog.startButton()->isEnabled());
    dialog.budgetBoxes()[0]->setChecked(true);
    dialog.suiteBox()->setCurrentIndex(1);
    QSignalSpy chosen(&dialog, &BenchDialog::chosen);
    QTest::mouseClick(dialog.startButton(), Qt::LeftButton);
    QCOMPARE(chosen.size(), 1);
    QVERIFY((chosen[0][1].value<std::vector<BenchPoint>>() == std::vector<BenchPoint>{{"prune", 16}}));
    QVERIFY(chosen[0][0].value<std::filesystem::path>().string().ends_with("suites/two"));
}

void TestFailureResults::recentResults()
{
    QPushButton *button = panel()->recentButton();
    QVERIFY(!button->isEnabled()); // nothing was opened yet
    const QString first = writeSuite("first"), second = writeSuite("second");
    QVERIFY(m_window->failures()->open(first));
    QVERIFY(m_window->failures()->open(second));
    QVERIFY(m_window->failures()->open(first)); // again: to the front, not twice
    QVERIFY(QFile::remove(second));
    open(); // another start
    button = panel()->recentButton();
    QVERIFY(button->isEnabled());
    QMenu *menu = button->menu();
    emit menu->aboutToShow();
    QCOMPARE(menu->actions().size(), 4);
    QCOMPARE(menu->actions()[0]->text(), QStringLiteral("first/results.json"));
    QCOMPARE(menu->actions()[0]->toolTip(), QDir::toNativeSeparators(first));
    QCOMPARE(menu->actions()[1]->text(), QStringLiteral("second/results.json (missing)"));
    QVERIFY(!menu->actions()[1]->isEnabled());
    // By keys: the menu opens below the button, its first entry is chosen.
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
    QVERIFY(QTest::qWaitForWindowExposed(menu));
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    QVERIFY(panel()->sourceText().startsWith("first"));
    QCOMPARE(panel()->model()->rowCount(), 8);
    // Results of benchmarks asked here are among them.
    m_window->failures()->startBench(m_fixture->path("first").toStdString(), {{"prune", 16}});
    for (int i = 0; i < 4; ++i) {
        QTRY_COMPARE(engine().requests.size(), std::size_t(i + 1));
        answer("wrong");
    }
    QTRY_VERIFY(!m_window->failures()->benches());
    emit menu->aboutToShow();
    QCOMPARE(menu->actions()[0]->data().toString(),
             QString::fromStdString(m_window->failures()->savedResult().string()));
    menu->actions().last()->trigger();
    QVERIFY(!panel()->recentButton()->isEnabled());
    emit menu->aboutToShow();
    QVERIFY(menu->isEmpty());
}

// An answer without the picture opens without it, not under the compressor that was chosen before.
void TestFailureResults::blindAnswersAreOpened()
{
    const QString file = writeSuite("own");
    fixture::writeFile(file, fileText(file).replace("\"compressor\": \"qmop\"", "\"compressor\": \"blind\""));
    m_window->controls()->choose("prune", 16);
    QVERIFY(m_window->failures()->open(file));
    QVERIFY(panel()->step(1));
    QTRY_COMPARE(engine().requests.size(), std::size_t(1));
    QCOMPARE(engine().requests.back().compressor, std::string("blind"));
    QVERIFY(!m_window->controls()->budgetSlider()->isEnabled());
}

void TestFailureResults::notesOutliveTheWindow()
{
    const QString file = writeSuite("own");
    QVERIFY(m_window->failures()->open(file));
    panel()->table()->setCurrentIndex(panel()->model()->index(2, 0)); // s1
    QTest::keyClicks(panel()->tagsEdit(), "tiny");
    QTest::keyClick(panel()->tagsEdit(), Qt::Key_Return);
    QTest::keyClicks(panel()->noteEdit(), "look again");
    QTest::keyClick(panel()->noteEdit(), Qt::Key_Return);
    open();
    QVERIFY(m_window->failures()->open(file));
    QCOMPARE(panel()->model()->data().tags({1, 1}), QStringList{"tiny"});
    QCOMPARE(panel()->model()->data().note({1, 2}), QStringLiteral("look again"));
    // Without a folder of one's own they last as long as the window.
    open(false);
    QVERIFY(m_window->failures()->open(file));
    QVERIFY(panel()->model()->data().tags({1, 1}).isEmpty());
}

void TestFailureResults::exports()
{
    QVERIFY(!m_window->failures()->exportTo(m_fixture->path("out.csv")));
    QVERIFY(m_window->failures()->open(writeSuite("own")));
    ReviewFilter filter;
    filter.budget = 64;
    panel()->filterBar()->setFilter(filter);
    for (const char *name : {"out.csv", "out.json", "out.md"})
        QVERIFY(m_window->failures()->exportTo(m_fixture->path(name)));
    QFile csv(m_fixture->path("out.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().count('\n'), 5);
    QFile json(m_fixture->path("out.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(json.readAll()).object()["suite"].toString(), QStringLiteral("own"));
    QVERIFY(!m_window->failures()->exportTo(m_fixture->path("no/where.csv")));
    QVERIFY(m_window->lastFailure());
}

QTEST_MAIN(TestFailureResults)
#include "tst_failure_results.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// One selection for all panels: whatever is pointed at in one, the others light
// up what concerns it, by real mouse events in the whole window.
//
// What must light up is worked out here by hand from the fixture's formulas:
// windows of 2 x 2 patches, query m looks at patch 3m, pruning keeps patches
// 0 ... 63, pooling and pruning went on to the decoder.
#include <QtTest>

#include "app/explorer/experiments/comparison.h"
#include "app/explorer/layout/panel_docks.h"
#include "tests/app/linked_expectations.h"
#include "tests/app/window_fixture.h"
#include "tests/widgets/bench_record_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/answer/token_bars.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/compare/comparison_panel.h"
#include "widgets/costs/costs_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/plots/score_histogram.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/pooling/window_grid.h"
#include "widgets/pruning/pruning_panel.h"
#include "widgets/resampler/map_grid.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/review/failures_panel.h"
#include "widgets/router/router_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QDockWidget>
#include <QHeaderView>
#include <QListView>
#include <QTableView>
#include <QTableWidget>

#include <map>

using namespace qmop;

using namespace qmop::fixture;

class TestLinkedPanels : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void hoverLockAndClear_data();
    void hoverLockAndClear();
    void matrix();
    void controlAddsAndShiftExtends();
    void rubberBandLocksWhatItCovers();
    void escapeCancelsBeforeItUnlocks();
    void lockSurvivesAnotherRunOnThePicture();

private:
    struct Spot {
        QWidget *widget = nullptr;
        QPoint pos;
    };
    Spot spot(const QString &panel);
    Ids lit(const QString &panel, bool locked);
    void leave(const QString &panel);
    Lit litEverywhere(bool locked)
    {
        Lit all;
        for (const QString &panel : panels)
            if (const Ids ids = lit(panel, locked); !ids.empty())
                all[panel] = ids;
        return all;
    }
    QPoint patchPos(int patch) { return patchPos(view(), patch); }
    static QPoint patchPos(const ImageView *in, int patch)
    {
        return in->widgetFromImage().map(toQt(in->grid()->patchInImage(patch)).center()).toPoint();
    }
    void bringUp(const QString &panel);
    void finishRun(const std::string &question);
    ImageView *view() { return m_window->imagePanel()->view(); }
    template<typename Panel> Panel *find() { return m_window->findChild<Panel *>(); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestLinkedPanels::finishRun(const std::string &question)
{
    m_window->setQuestion(QString::fromStdString(question));
    m_window->startRun();
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_fixture->engine->send(RunFinished{makeLinkedTrace(question)});
    QVERIFY(ended.wait());
}

void TestLinkedPanels::initTestCase()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    m_window->resize(1600, 1100);
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QVERIFY(m_fixture->openSample());
    auto suite = std::make_shared<Suite>();
    suite->samples = {{"a", "0.png", "is it day?", {"yes"}, Dimension::GU, ""},
                      {"b", "0.png", "what does the sign say?", {"fox"}, Dimension::LD, ""}};
    m_window->benchPanel()->setSuite(suite);
    finishRun("is it day?");
    finishRun("who is there?");
    finishRun("what does the sign say?");
    m_window->benchPanel()->setPicture("0.png");
    // Rows 0 and 1: sample 0 under two budgets.
    auto record = fixture::makeBenchRecord(3);
    record->samples[0].question = "is it day?";
    m_window->failuresPanel()->setRecord(record, "results.json", {});
    auto other = makeLinkedTrace("what does the sign say?");
    other->answer = fixture::makeAnswer("owl");
    m_window->comparison()->setA(other);
    bringUp("pruning"); // makes its plot
}

void TestLinkedPanels::cleanupTestCase()
{
    m_fixture.reset();
}

void TestLinkedPanels::bringUp(const QString &panel)
{
    m_window->docks()->open(panel);
    QCoreApplication::processEvents();
}

// A place in each panel whose meaning is known.
TestLinkedPanels::Spot TestLinkedPanels::spot(const QString &panel)
{
    const bool compared = panel == "A" || panel == "B" || panel == "B-A";
    m_window->docks()->showLayout(compared ? LayoutId::Compare : LayoutId::Inspect);
    QCoreApplication::processEvents();
    if (panel == "picture")
        return {view(), patchPos(view(), 6)};
    if (compared) {
        ImageView *at = m_window->comparison()->panel()->view(panel == "A"       ? CompareSide::A
                                                                  : panel == "B" ? CompareSide::B
                                                                                 : CompareSide::Difference);
        return {at, patchPos(at, 6)};
    }
    if (panel == "failures") {
        m_window->docks()->showLayout(LayoutId::Failures);
        bringUp(panel);
        QTableView *table = m_window->failuresPanel()->table();
        return {table->viewport(), table->visualRect(table->model()->index(0, 0)).center()};
    }
    bringUp(panel);
    if (panel == "costs" || panel == "comparison") {
        QTableWidget *table = panel == "costs" ? find<CostsPanel>()->table() : m_window->comparisonTable()->table();
        const int row
            = panel == "costs" ? firstBranchRow + int(Branch::Prune) : m_window->comparisonTable()->rowOf("answer");
        table->scrollToItem(table->item(row, 0));
        return {table->viewport(), table->visualItemRect(table->item(row, 0)).center()};
    }
    if (panel == "router")
        return {find<RouterPanel>(), find<RouterPanel>()->rowRect(Branch::Prune).center()};
    if (panel == "resampler")
        return {find<MapGrid>(), find<MapGrid>()->mapRect(10).center()};
    if (panel == "pooling")
        return {find<WindowGrid>(), find<WindowGrid>()->patchRect(117).center().toPoint()};
    if (panel == "pruning") {
        auto *plot = find<ScoreHistogram>();
        plot->replotNow();
        QWidget *canvas = plot->childAt(plot->binCentre(39).toPoint());
        return {canvas, canvas->mapFrom(plot, plot->binCentre(39).toPoint())};
    }
    if (panel == "answer")
        return {find<TokenBars>(), find<TokenBars>()->tokenRect(0).center()};
    if (panel == "bench") {
        QTableWidget *table = m_window->benchPanel()->questions();
        return {table->viewport(), table->visualItemRect(table->item(0, 1)).center()};
    }
    QListView *list = m_window->runsPanel()->list();
    return {list->viewport(), list->visualRect(list->model()->index(2, 0)).center()};
}

Ids TestLinkedPanels::lit(const QString &panel, bool locked)
{
    if (panel == "picture")
        return locked ? view()->lockMarks() : view()->hoverMarks();
    if (panel == "router") {
        Ids ids;
        for (Branch branch : find<RouterPanel>()->highlighted(locked))
            ids.push_back(int(branch));
        return ids;
    }
    if (panel == "resampler")
        return find<MapGrid>()->highlighted(locked);
    if (panel == "pooling")
        return find<WindowGrid>()->highlighted(locked);
    if (panel == "pruning") {
        bringUp("pruning");
        return find<ScoreHistogram>()->highlighted(locked);
    }
    if (panel == "answer")
        return m_window->answerPanel()->highlighted(locked);
    if (panel == "failures")
        return m_window->failuresPanel()->highlighted(locked);
    if (panel == "costs")
        return find<CostsPanel>()->highlighted(locked);
    if (panel == "comparison")
        return m_window->comparisonTable()->highlighted(locked);
    if (panel == "A" || panel == "B" || panel == "B-A") {
        const ImageView *at = m_window->comparison()->panel()->view(panel == "A"       ? CompareSide::A
                                                                        : panel == "B" ? CompareSide::B
                                                                                       : CompareSide::Difference);
        return locked ? at->lockMarks() : at->hoverMarks();
    }
    return panel == "bench" ? m_window->benchPanel()->highlighted(locked) : m_window->runsPanel()->highlighted(locked);
}

void TestLinkedPanels::leave(const QString &panel)
{
    QEvent event(QEvent::Leave);
    QApplication::sendEvent(spot(panel).widget, &event);
}

void TestLinkedPanels::hoverLockAndClear_data()
{
    QTest::addColumn<Lit>("hovered");
    QTest::addColumn<Lit>("locked");
    const Lit patch = concerning({6});
    QTest::newRow("picture") << patch << patch;
    Lit branch{{"router", {int(Branch::Prune)}}, {"picture", range(0, 63)}};
    for (int p = 0; p < 64; ++p)
        branch["pruning"].push_back(binOf(p));
    branch["pruning"] = sorted(branch["pruning"]);
    QTest::newRow("router") << everywhere(branch) << everywhere(branch);
    QTest::newRow("costs") << everywhere(branch) << everywhere(branch);
    for (const char *view : {"A", "B", "B-A"})
        QTest::newRow(view) << patch << patch;
    QTest::newRow("resampler") << concerning({30}) << concerning({30});
    // The patch under the mouse; a click takes its whole window.
    QTest::newRow("pooling") << concerning({117}) << concerning({100, 101, 116, 117});
    Ids inBin;
    for (int p = 0; p < side * side; ++p)
        if (binOf(p) == 39)
            inBin.push_back(p);
    QTest::newRow("pruning") << concerning(inBin) << concerning(inBin);
    // Token 0 of B is where the answers part: the row of the answers.
    const Lit token{{"answer", {0}}, {"comparison", {m_window->comparisonTable()->rowOf("answer")}}};
    QTest::newRow("answer") << token << token;
    QTest::newRow("comparison") << token << token;
    // Run 1 asked what the suite's first row asks.
    const Lit question{{"bench", {0}}, {"runs", {1}}, {"failures", {0, 1}}};
    QTest::newRow("bench") << question << question;
    QTest::newRow("runs") << question << question;
    // A benchmark keeps answers and no traces: which patches, tokens and scores stand behind a row
    // is not known before it is opened as a run. So rows stand for their questions, and no patch
    // or branch lights them up.
    QTest::newRow("failures") << question << question;
}

void TestLinkedPanels::hoverLockAndClear()
{
    QFETCH(Lit, hovered);
    QFETCH(Lit, locked);
    const QString panel = QString::fromLatin1(QTest::currentDataTag());
    Selection *selection = m_window->selection();
    selection->reset();
    QCOMPARE(litEverywhere(false), Lit());
    QCOMPARE(litEverywhere(true), Lit());

    const Spot at = spot(panel);
    QVERIFY(at.widget && at.widget->rect().contains(at.pos));
    QTest::mouseMove(at.widget, at.pos);
    QCOMPARE(litEverywhere(false), hovered);
    QCOMPARE(litEverywhere(true), Lit());
    leave(panel);
    QCOMPARE(litEverywhere(false), Lit());

    if (panel == "failures") { // a click selects the row; Esc in the table lets go
        QTest::mouseClick(spot(panel).widget, Qt::LeftButton, {}, spot(panel).pos);
        leave(panel);
        QCOMPARE(litEverywhere(true), locked);
        QTest::keyClick(m_window->failuresPanel()->table(), Qt::Key_Escape);
    } else if (panel != "bench" && panel != "runs") { // there a click asks, or shows the run
        QTest::mouseClick(spot(panel).widget, Qt::LeftButton, {}, spot(panel).pos);
        leave(panel);
        QCOMPARE(litEverywhere(true), locked);
        QCOMPARE(litEverywhere(false), Lit());
        // The overlay may have brought another panel up; the same click unlocks.
        QTest::mouseClick(spot(panel).widget, Qt::LeftButton, {}, spot(panel).pos);
        QCOMPARE(litEverywhere(true), Lit());
        QTest::mouseClick(spot(panel).widget, Qt::LeftButton, {}, spot(panel).pos);
    } else {
        selection->lock(QuestionTarget{"is it day?"}, LockMode::Replace);
        QCOMPARE(litEverywhere(true), locked);
    }
    QTest::keyClick(m_window, Qt::Key_Escape);
    leave(panel);
    QCOMPARE(litEverywhere(true), Lit());
    QCOMPARE(litEverywhere(false), Lit());
    selection->setOverlay(OverlayKind::Kept);
}

// Rows: where the mouse is. Columns: how many things light up there.
void TestLinkedPanels::matrix()
{
    QString text = QStringLiteral("\n%1").arg(QString(), -10);
    for (const QString &panel : panels)
        text += panel.rightJustified(10);
    for (const QString &panel : panels) {
        m_window->selection()->reset();
        const Spot at = spot(panel);
        QTest::mouseMove(at.widget, at.pos);
        text += u'\n' + panel.leftJustified(10);
        for (const QString &other : panels)
            text += QString::number(lit(other, false).size()).rightJustified(10);
        QVERIFY(!lit(panel, false).empty());
        leave(panel);
    }
    qInfo("%s", qPrintable(text));
}

void TestLinkedPanels::controlAddsAndShiftExtends()
{
    Selection *selection = m_window->selection();
    selection->reset();
    const auto click = [&](int patch, Qt::KeyboardModifiers keys) {
        QTest::mouseClick(view(), Qt::LeftButton, keys, patchPos(patch));
    };
    click(17, {});
    click(200, Qt::ControlModifier);
    QCOMPARE(view()->lockMarks(), (Ids{17, 200}));
    click(17, Qt::ControlModifier);
    QCOMPARE(view()->lockMarks(), Ids{200});
    // A rectangle of 2 x 3 patches from the last one locked.
    click(200 + side + 2, Qt::ShiftModifier);
    QCOMPARE(view()->lockMarks(), (Ids{200, 201, 202, 216, 217, 218}));
    QVERIFY2(m_window->readoutText().startsWith("6 patches"), qPrintable(m_window->readoutText()));
    // Queries extend as a range.
    bringUp("resampler");
    auto *maps = find<MapGrid>();
    QTest::mouseClick(maps, Qt::LeftButton, {}, maps->mapRect(3).center());
    QTest::mouseClick(maps, Qt::LeftButton, Qt::ShiftModifier, maps->mapRect(5).center());
    QCOMPARE(view()->lockMarks(), (Ids{9, 12, 15}));
    selection->reset();
    selection->setOverlay(OverlayKind::Kept);
}

void TestLinkedPanels::rubberBandLocksWhatItCovers()
{
    Selection *selection = m_window->selection();
    selection->reset();
    const WidgetFromImage before = view()->widgetFromImage();
    const QPoint half(8, 8);
    QTest::mousePress(view(), Qt::LeftButton, Qt::ShiftModifier, patchPos(34) - half);
    for (const QPoint &pos : {patchPos(35), patchPos(52) + half}) {
        QMouseEvent move(QEvent::MouseMove, pos, view()->mapToGlobal(pos), Qt::NoButton, Qt::LeftButton,
                         Qt::ShiftModifier);
        QApplication::sendEvent(view(), &move);
    }
    QTest::mouseRelease(view(), Qt::LeftButton, Qt::ShiftModifier, patchPos(52) + half);
    QCOMPARE(view()->lockMarks(), (Ids{34, 35, 36, 50, 51, 52}));
    QCOMPARE(view()->widgetFromImage().offset, before.offset); // it did not move the picture
    selection->reset();
}

void TestLinkedPanels::escapeCancelsBeforeItUnlocks()
{
    Selection *selection = m_window->selection();
    selection->setLockedPatch(6);
    m_window->startRun();
    QTest::keyClick(m_window, Qt::Key_Escape);
    QCOMPARE(m_fixture->engine->cancels, 1);
    QCOMPARE(view()->lockMarks(), Ids{6});
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_fixture->engine->send(RunCancelled{""});
    QVERIFY(ended.wait());
    QTest::keyClick(m_window, Qt::Key_Escape);
    QVERIFY(view()->lockMarks().empty());
    QCOMPARE(m_fixture->engine->cancels, 1);
}

void TestLinkedPanels::lockSurvivesAnotherRunOnThePicture()
{
    m_window->selection()->setLockedPatch(30);
    finishRun("and at night?");
    QCOMPARE(view()->lockMarks(), Ids{30});
    QCOMPARE(lit("resampler", true), Ids{10});
    QCOMPARE(lit("pooling", true), Ids{7});
}

QTEST_MAIN(TestLinkedPanels)
#include "tst_linked_panels.moc"

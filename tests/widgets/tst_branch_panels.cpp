// SPDX-License-Identifier: GPL-3.0-or-later
//
// Resampler, pooling, pruning, benchmark and history with a run made by formulas.
#include <QtTest>

#include "qmop/sweep.h"
#include "tests/widgets/trace_fixture.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/plots/score_histogram.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/pooling/window_grid.h"
#include "widgets/pruning/pruning_panel.h"
#include "widgets/resampler/map_grid.h"
#include "widgets/resampler/map_statistics.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/runs/runs_model.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/colour_map.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>

#include <cmath>
#include <numeric>

using namespace qmop;

class TestBranchPanels : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }
    void statisticsByHand();
    void ordersAreRight();
    void clickOnAMapSelectsIt();
    void keysWalkTheMaps();
    void mapsAreCrispAndShareARange();
    void mapsOfAMissingBranch();
    void windowsClickAndHover();
    void binsByHand();
    void histogramMarksTheCurrentPatch();
    void plotIsMadeWhenShown();
    void benchNamesItsSuite();
    void benchQuestionsAndAnswers();
    void benchScores();
    void benchStepsThroughPictures();
    void runsModel();
};

void TestBranchPanels::statisticsByHand()
{
    const std::vector<float> one{0, 1, 0, 0}, even{0.25F, 0.25F, 0.25F, 0.25F}, half{0, 0.5F, 0.5F, 0};
    QCOMPARE(rowEntropy(one), 0.0);
    QVERIFY(std::abs(rowEntropy(even) - std::log(4.0)) < 1e-6);
    QCOMPARE(rowOverlap(one, one), 1.0);
    QCOMPARE(rowOverlap(one, even), 0.25);
    QCOMPARE(rowOverlap(half, even), 0.5);
    QCOMPARE(rowPeak(half), 1);
}

void TestBranchPanels::ordersAreRight()
{
    // Entropies: ln 2, 0, ln 4; overlaps: .5+.5, .5+.25, .5+.25; peaks: 2, 3, 0.
    const Provenance rows{3, 4, {0, 0, 0.5F, 0.5F, 0, 0, 0, 1, 0.25F, 0.25F, 0.25F, 0.25F}};
    QCOMPARE(orderedTokens(rows, MapOrder::Token), (std::vector<int>{0, 1, 2}));
    QCOMPARE(orderedTokens(rows, MapOrder::Entropy), (std::vector<int>{1, 0, 2}));
    QCOMPARE(orderedTokens(rows, MapOrder::Overlap), (std::vector<int>{1, 2, 0}));
    QCOMPARE(orderedTokens(rows, MapOrder::Peak), (std::vector<int>{2, 0, 1}));
}

void TestBranchPanels::clickOnAMapSelectsIt()
{
    Selection selection;
    ResamplerPanel panel(&selection);
    panel.resize(700, 900);
    panel.setTrace(fixture::makeTrace());
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QTest::mouseClick(panel.grid(), Qt::LeftButton, {}, panel.grid()->mapRect(23).center());
    QCOMPARE(selection.token(), (TokenRef{Branch::Resample, 23}));
    QCOMPARE(selection.overlay(), OverlayKind::Resampler);
    QCOMPARE(panel.grid()->selectedToken(), 23);
    // Chosen elsewhere: the panel follows.
    selection.setToken({Branch::Resample, 5});
    QCOMPARE(panel.grid()->selectedToken(), 5);
    selection.setToken({Branch::Pool, 5});
    QCOMPARE(panel.grid()->selectedToken(), -1);
    // Sorted by peak: token m peaks at patch 3m.
    QTest::keyClick(panel.orderBox(), Qt::Key_End);
    QTest::mouseClick(panel.grid(), Qt::LeftButton, {}, panel.grid()->mapRect(7).center());
    QCOMPARE(selection.token().token, 7);
    QTest::mouseClick(panel.averageButton(), Qt::LeftButton);
    QCOMPARE(selection.token(), TokenRef{});
}

void TestBranchPanels::keysWalkTheMaps()
{
    Selection selection;
    ResamplerPanel panel(&selection);
    panel.resize(700, 900);
    panel.setTrace(fixture::makeTrace());
    QTest::keyClick(panel.grid(), Qt::Key_Right);
    QCOMPARE(selection.token().token, 0);
    QTest::keyClick(panel.grid(), Qt::Key_Right);
    QCOMPARE(selection.token().token, 1);
    QTest::keyClick(panel.grid(), Qt::Key_Left);
    QTest::keyClick(panel.grid(), Qt::Key_Left);
    QCOMPARE(selection.token().token, 0);
}

void TestBranchPanels::mapsAreCrispAndShareARange()
{
    Selection selection;
    ResamplerPanel panel(&selection);
    panel.resize(700, 900);
    panel.setTrace(fixture::makeTrace());
    const QImage image = panel.grid()->grab().toImage();
    const ColourMap map;
    // 64 pixels for 16 patches: 4 each. Token 5 peaks at patch 15, the row's last.
    const QRect box = panel.grid()->mapRect(5);
    for (int y = 0; y < 4; ++y)
        for (int x = 60; x < 64; ++x)
            QCOMPARE(image.pixel(box.left() + x, box.top() + y), map.colour(0.5, 0, 0.5));
    QCOMPARE(image.pixel(box.left() + 59, box.top() + 3), map.colour(0.5 / 255, 0, 0.5));
    QCOMPARE(image.pixel(box.left() + 63, box.top() + 4), map.colour(0.5 / 255, 0, 0.5));
}

void TestBranchPanels::mapsOfAMissingBranch()
{
    Selection selection;
    ResamplerPanel panel(&selection);
    auto trace = fixture::makeTrace();
    trace->branches.pop_back();
    trace->branches.pop_back();
    panel.setTrace(trace);
    QVERIFY(panel.summary().contains("not computed"));
    QVERIFY(!panel.orderBox()->isEnabled());
    panel.setTrace(nullptr);
    QVERIFY(!panel.grab().isNull());
}

void TestBranchPanels::windowsClickAndHover()
{
    Selection selection;
    PoolingPanel panel(&selection);
    panel.resize(600, 400);
    panel.setTrace(fixture::makeTrace());
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    WindowGrid *grid = panel.grid();
    // Patch 37 (row 2, column 5) lies in window (1, 2) of 8 a row.
    QTest::mouseClick(grid, Qt::LeftButton, {}, grid->patchRect(37).center().toPoint());
    QCOMPARE(selection.token(), (TokenRef{Branch::Pool, 10}));
    QCOMPARE(selection.overlay(), OverlayKind::Pooling);
    QVERIFY(panel.details().contains("Window 10 of 64"));
    QVERIFY(panel.details().contains("row 3, column 5: 0.400"));
    // -(.1 ln .1 + .2 ln .2 + .3 ln .3 + .4 ln .4) = 1.28, ln 4 = 1.39
    QVERIFY(panel.details().contains("entropy 1.28 of 1.39 nat"));
    QTest::mouseMove(grid, grid->patchRect(100).center().toPoint());
    QCOMPARE(selection.hoveredPatch(), 100);
    QTest::keyClick(grid, Qt::Key_Down);
    QCOMPARE(selection.token().token, 18);
    // The colours are those of the overlay: its range ends at the highest share, 0.4.
    const QImage image = grid->grab().toImage();
    QCOMPARE(image.pixel(grid->patchRect(17).center().toPoint()), ColourMap().colour(0.4, 0, 0.4));
    QCOMPARE(image.pixel(grid->patchRect(0).center().toPoint()), ColourMap().colour(0.1, 0, 0.4));
    // Windows stand apart, patches of one window touch.
    QCOMPARE(grid->patchRect(1).left(), grid->patchRect(0).right());
    QVERIFY(grid->patchRect(2).left() > grid->patchRect(1).right());
}

void TestBranchPanels::binsByHand()
{
    PruningTrace pruning;
    pruning.combined = {0, 0.09F, 0.1F, 0.95F, 1, 0.5F};
    pruning.kept = {3, 4};
    PatchGrid grid;
    grid.isPadding = {0, 0, 0, 0, 0, 1};
    const ScoreBins bins = binScores(pruning, grid, 10);
    QCOMPARE(bins.dropped, (std::vector<int>{2, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
    QCOMPARE(bins.kept, (std::vector<int>{0, 0, 0, 0, 0, 0, 0, 0, 0, 2}));
    QCOMPARE(bins.centre(0), 0.05);
    // Every patch is in exactly one bin.
    const auto trace = fixture::makeTrace();
    const ScoreBins all = binScores(*trace->pruning, trace->grid, 40);
    QCOMPARE(std::accumulate(all.kept.begin(), all.kept.end(), 0), 64);
    QCOMPARE(std::accumulate(all.dropped.begin(), all.dropped.end(), 0), 192);
}

void TestBranchPanels::histogramMarksTheCurrentPatch()
{
    Selection selection;
    PruningPanel panel(&selection);
    panel.resize(600, 320);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    panel.setTrace(fixture::makeTrace());
    selection.setHoveredPatch(51);
    QCOMPARE(panel.histogram()->markerLabel(), QStringLiteral("rank 52 · 0.720"));
    panel.histogram()->replotNow();
    // Kept scores lie right of the threshold: blue there, none on its left.
    const QImage image = panel.histogram()->grab().toImage();
    const double threshold = panel.histogram()->xOf(double(fixture::makeTrace()->pruning->threshold));
    int left = 0, right = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixel(x, y) == keptColour)
                (x < threshold - 12 ? left : right) += 1;
    QCOMPARE(left, 0);
    QVERIFY(right > 200);
    selection.setHoveredPatch(-1);
    QVERIFY(panel.histogram()->markerLabel().isEmpty());
}

void TestBranchPanels::plotIsMadeWhenShown()
{
    Selection selection;
    PruningPanel panel(&selection);
    panel.setTrace(fixture::makeTrace());
    QVERIFY(!panel.histogram());
    panel.show();
    QVERIFY(panel.histogram());
    auto without = fixture::makeTrace();
    without->pruning.reset();
    panel.setTrace(without);
    QVERIFY(panel.summary().contains("not computed"));
    QVERIFY(panel.histogram()->isHidden());
    const auto trace = fixture::makeTrace();
    panel.setTrace(trace);
    QVERIFY(!panel.summary().contains("inspection"));
    QVERIFY2(panel.summary().contains("Kept (blue): the 64 patches of highest combined score. "),
             qPrintable(panel.summary()));
    trace->request.overrides.keep = {200};
    panel.setTrace(trace);
    QVERIFY2(panel.summary().contains(
                 "Kept (blue): 1 patch put in by hand (+) and the 63 others of highest combined score. "),
             qPrintable(panel.summary()));
    for (BranchTrace &branch : trace->branches)
        branch.onMainPath = false;
    panel.setTrace(trace);
    QVERIFY(panel.summary().contains("Computed for inspection only"));
}

namespace {

std::shared_ptr<Suite> makeSuite()
{
    auto suite = std::make_shared<Suite>();
    suite->name = "scenes";
    suite->version = "1";
    suite->scorer = "exact";
    suite->samples = {{"a", "pictures/0.png", "what does the sign say?", {"fox"}, Dimension::LD, "sign"},
                      {"b", "pictures/0.png", "is it day?", {"yes"}, Dimension::GU, "light"},
                      {"c", "pictures/1.png", "how many cars?", {"2"}, Dimension::SC, "count"}};
    return suite;
}

}

void TestBranchPanels::benchNamesItsSuite()
{
    BenchPanel panel;
    QVERIFY(panel.suiteText().contains("No benchmark suite"));
    QVERIFY(!panel.nextButton()->isEnabled());
    panel.setSuite(makeSuite());
    QCOMPARE(panel.suiteText(), QStringLiteral("scenes · version 1 · scorer exact · 3 questions"));
    auto one = makeSuite();
    one->samples.resize(1);
    panel.setSuite(one);
    QVERIFY2(panel.suiteText().endsWith(QStringLiteral("· 1 question")), qPrintable(panel.suiteText()));
}

void TestBranchPanels::benchQuestionsAndAnswers()
{
    BenchPanel panel;
    panel.setSuite(makeSuite());
    QCOMPARE(panel.questions()->rowCount(), 0);
    panel.setPicture("pictures/0.png");
    QCOMPARE(panel.questions()->rowCount(), 2);
    QCOMPARE(panel.questions()->item(0, 0)->text(), QStringLiteral("LD"));
    QCOMPARE(panel.questions()->item(0, 2)->text(), QStringLiteral("fox"));
    // Enter asks like a double click.
    QSignalSpy asked(&panel, &BenchPanel::questionChosen);
    panel.questions()->setCurrentCell(1, 1);
    QTest::keyClick(panel.questions(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), QStringLiteral("is it day?"));
    panel.addAnswer("a", {"qmop · 64", "owl", 0});
    panel.addAnswer("a", {"none", "fox", 1});
    QCOMPARE(panel.questions()->item(0, 3)->text(), QStringLiteral("✗ owl (qmop · 64)  ✓ fox (none)"));
    panel.addAnswer("a", {"qmop · 64", "fox", 1}); // replaces
    QCOMPARE(panel.questions()->item(0, 3)->text(), QStringLiteral("✓ fox (qmop · 64)  ✓ fox (none)"));
    panel.addAnswer("b", {"none", "maybe", 2 / 3.0});
    QVERIFY(panel.questions()->item(1, 3)->text().startsWith("0.67"));
    QSignalSpy chosen(&panel, &BenchPanel::questionChosen);
    panel.resize(500, 400);
    panel.show();
    const QPoint second = panel.questions()->visualItemRect(panel.questions()->item(1, 1)).center();
    QTest::mouseClick(panel.questions()->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(chosen.size(), 0); // only chosen
    QTest::mouseDClick(panel.questions()->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toString(), QStringLiteral("is it day?"));
    // Another picture and back: the answers are still there.
    panel.setPicture("pictures/1.png");
    QCOMPARE(panel.questions()->rowCount(), 1);
    panel.setPicture("pictures/0.png");
    QVERIFY(panel.questions()->item(0, 3)->text().contains("fox"));
}

void TestBranchPanels::benchScores()
{
    BenchPanel panel;
    panel.setSuite(makeSuite());
    BenchRow row{"qmop · 64", {}};
    row.score.dimensions[std::size_t(Dimension::LD)] = {40.24, 0, 0, 20};
    row.score.average = {61.84, 55, 68, 240};
    panel.setResults({row});
    QTableWidget *scores = panel.scores();
    QCOMPARE(scores->item(0, 0)->text(), QStringLiteral("qmop · 64"));
    QCOMPARE(scores->item(0, 1)->text(), QStringLiteral("–"));
    QCOMPARE(scores->item(0, 5)->text(), QStringLiteral("40.2"));
    QCOMPARE(scores->item(0, 6)->text(), QStringLiteral("61.8"));
    QVERIFY(scores->item(0, 6)->toolTip().contains(QStringLiteral("55.0–68.0")));
}

void TestBranchPanels::benchStepsThroughPictures()
{
    BenchPanel panel;
    panel.setSuite(makeSuite());
    QSignalSpy chosen(&panel, &BenchPanel::pictureChosen);
    QTest::mouseClick(panel.nextButton(), Qt::LeftButton);
    QCOMPARE(chosen.takeLast()[0].toString(), QStringLiteral("pictures/0.png"));
    panel.setPicture("pictures/0.png");
    QTest::mouseClick(panel.previousButton(), Qt::LeftButton);
    QCOMPARE(chosen.takeLast()[0].toString(), QStringLiteral("pictures/1.png")); // around the end
    panel.setPicture({});
    QTest::mouseClick(panel.previousButton(), Qt::LeftButton);
    QCOMPARE(chosen.takeLast()[0].toString(), QStringLiteral("pictures/1.png"));
}

void TestBranchPanels::runsModel()
{
    RunsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy pinned(&model, &RunsModel::pinnedChanged);
    const auto first = fixture::makeTrace({.answer = "fox"});
    const auto second = fixture::makeTrace({.answer = "owl"});
    model.add(nullptr);
    model.add(first);
    model.add(second);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.trace(model.index(0)), std::shared_ptr<const RunTrace>(second)); // newest first
    QCOMPARE(model.data(model.index(1), RunsModel::AnswerRole).toString(), QStringLiteral("fox"));
    QCOMPARE(model.data(model.index(1), RunsModel::NumberRole).toInt(), 1);
    QCOMPARE(model.data(model.index(0), RunsModel::MethodRole).toString(), QStringLiteral("qmop · 64"));
    auto swept = std::make_shared<RunTrace>(*second);
    swept->request = atPoint(swept->request, {"prune", 7, 16});
    RunsModel sweep;
    sweep.add(swept);
    QCOMPARE(sweep.data(sweep.index(0), RunsModel::MethodRole).toString(), QStringLiteral("prune · 7"));
    QVERIFY(sweep.matches(0, {"prune", "7"}) && !sweep.matches(0, {"16"}));
    model.togglePin(model.index(1));
    QCOMPARE(model.pinned(), std::shared_ptr<const RunTrace>(first));
    model.togglePin(model.index(0)); // at most one
    QCOMPARE(model.pinned(), std::shared_ptr<const RunTrace>(second));
    model.togglePin(model.index(0));
    QVERIFY(!model.pinned());
    QCOMPARE(pinned.size(), 3);
    // The thumbnail is the picture, smaller: its corner has the fixture's colours.
    const QImage small = thumbnail(*first->image, 64);
    QCOMPARE(small.size(), QSize(64, 48));
    QVERIFY(std::abs(qRed(small.pixel(0, 0)) - 200) <= 1);
    QVERIFY(std::abs(qRed(small.pixel(63, 0)) - 239) <= 2);
}

QTEST_MAIN(TestBranchPanels)
#include "tst_branch_panels.moc"

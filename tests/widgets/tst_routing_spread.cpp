// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the router weighed the branches over a suite, held against numbers by hand.
#include <QtTest>

#include "tests/widgets/bench_record_fixture.h"
#include "widgets/review/routing_spread.h"
#include "widgets/theme/theme.h"

using namespace qmop;

class TestRoutingSpread : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spreadByHand();
    void weightsPerDimension();
    void boxesLieBetweenTheQuartiles();
    void answersWithoutARouterAreLeftOut();
};

void TestRoutingSpread::spreadByHand()
{
    const Spread four = spreadOf({4, 1, 3, 2});
    QCOMPARE(four.count, 4);
    QCOMPARE(four.low, 1.0);
    QCOMPARE(four.lowerQuartile, 1.75);
    QCOMPARE(four.median, 2.5);
    QCOMPARE(four.upperQuartile, 3.25);
    QCOMPARE(four.high, 4.0);
    const Spread one = spreadOf({0.5});
    QCOMPARE(one.lowerQuartile, 0.5);
    QCOMPARE(one.upperQuartile, 0.5);
    QCOMPARE(spreadOf({}).count, 0);
}

void TestRoutingSpread::weightsPerDimension()
{
    const ReviewData data(fixture::makeBenchRecord());
    RoutingTable table;
    table.showRows(data, data.rows());
    // GU holds samples 0, 5, 10 ... 25 under two budgets: P has 0 and 0.5 six times each.
    QCOMPARE(table.verticalHeaderItem(0)->text(), QStringLiteral("GU"));
    QCOMPARE(table.item(0, 0)->text(), QStringLiteral("12"));
    QCOMPARE(table.item(0, 1)->text(), QStringLiteral("0.25 (0.00–0.50)"));
    QCOMPARE(table.item(0, 2)->text(), QStringLiteral("0.00 (0.00–0.00)"));
    QCOMPARE(table.item(0, 3)->text(), QStringLiteral("0.75 (0.50–1.00)"));
    // Of all 60: 0, 0.1 ... 0.9 six times each.
    QCOMPARE(table.item(5, 0)->text(), QStringLiteral("60"));
    QCOMPARE(table.item(5, 1)->text(), QStringLiteral("0.45 (0.20–0.70)"));
    QCOMPARE(float(table.spread(5, Branch::Pool).high), 0.1F * 9);
    QVERIFY(table.item(0, 3)->data(Qt::AccessibleTextRole).toString().startsWith("pruning: median 0.75"));
    ReviewFilter onlyGu;
    onlyGu.dimension = Dimension::GU;
    table.showRows(data, data.rows(onlyGu));
    QCOMPARE(table.item(5, 0)->text(), QStringLiteral("12"));
    QCOMPARE(table.item(1, 1)->text(), QStringLiteral("–"));
}

void TestRoutingSpread::boxesLieBetweenTheQuartiles()
{
    const ReviewData data(fixture::makeBenchRecord());
    RoutingTable table;
    table.showRows(data, data.rows());
    table.resize(600, 400);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    const QRect cell = table.visualItemRect(table.item(0, 1)); // quartiles 0 and 0.5, median 0.25
    const QImage drawn = table.viewport()->grab(cell).toImage();
    const auto at
        = [&](double share) { return drawn.pixelColor(int(4 + share * (cell.width() - 8)), drawn.height() - 7); };
    for (double inside : {0.05, 0.15, 0.35, 0.45})
        QCOMPARE(at(inside), branchColour(Branch::Pool));
    for (double outside : {0.55, 0.8, 0.95})
        QVERIFY(at(outside) != branchColour(Branch::Pool));
}

void TestRoutingSpread::answersWithoutARouterAreLeftOut()
{
    const auto record = fixture::makeBenchRecord();
    for (SampleResult &result : record->methods[2].results)
        result.alpha.reset();
    const ReviewData data(record);
    RoutingTable table;
    table.showRows(data, data.rows());
    QCOMPARE(table.item(5, 0)->text(), QStringLiteral("30"));
}

QTEST_MAIN(TestRoutingSpread)
#include "tst_routing_spread.moc"

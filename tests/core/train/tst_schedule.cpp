// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedule.h"

#include <QTest>

#include <cmath>

using namespace qmop::train;

class TestSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // 5 steps, no warm-up, floor 0.2: fractions 0, 1/4, 1/2, 3/4, 1.
    void cosineByHand_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<double>("expected");
        QTest::newRow("first") << 0 << 1.0;
        QTest::newRow("quarter") << 1 << 0.2 + 0.4 * (1 + std::sqrt(0.5));
        QTest::newRow("middle") << 2 << 0.6;
        QTest::newRow("last") << 4 << 0.2;
    }
    void cosineByHand()
    {
        QFETCH(int, step);
        QFETCH(double, expected);
        QVERIFY(std::abs(cosineFactor(step, 5, 0, 0.2) - expected) < 1e-12);
    }

    void warmupIsLinear()
    {
        QVERIFY(std::abs(cosineFactor(0, 1'000'000, 4, 0) - 0.25) < 1e-9);
        QVERIFY(std::abs(cosineFactor(2, 1'000'000, 4, 0) - 0.75) < 1e-9);
        QVERIFY(std::abs(cosineFactor(3, 1'000'000, 4, 0) - 1.0) < 1e-9);
    }

    // 10 steps, decay over 4: 1 up to step 5, then 0.75, 0.5, 0.25, 0 of the way above the floor.
    void trapezoidByHand_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<double>("expected");
        QTest::newRow("plateau") << 5 << 1.0;
        QTest::newRow("first of decay") << 6 << 0.1 + 0.9 * 0.75;
        QTest::newRow("last but one") << 8 << 0.1 + 0.9 * 0.25;
        QTest::newRow("last") << 9 << 0.1;
    }
    void trapezoidByHand()
    {
        QFETCH(int, step);
        QFETCH(double, expected);
        QVERIFY(std::abs(trapezoidFactor(step, 10, 0, 4, 0.1) - expected) < 1e-12);
    }

    // Until its decay begins, a longer stage has the same rates.
    void plateauDoesNotDependOnLength()
    {
        for (int step = 0; step < 100 - 30; ++step)
            QCOMPARE(trapezoidFactor(step, 100, 10, 30, 0.01), trapezoidFactor(step, 500, 10, 30, 0.01));
        QVERIFY(trapezoidFactor(75, 100, 10, 30, 0.01) < trapezoidFactor(75, 500, 10, 30, 0.01));
    }

    // tau 5 -> 0.5 exponential, gamma 1 -> 0 linear, over the stage.
    void routingEndPoints()
    {
        QCOMPARE(exponentialDecay(5, 0.5, stageFraction(0, 1000)), 5.0);
        QVERIFY(std::abs(exponentialDecay(5, 0.5, stageFraction(999, 1000)) - 0.5) < 1e-12);
        QVERIFY(std::abs(exponentialDecay(5, 0.5, 0.5) - std::sqrt(2.5)) < 1e-12);
        QCOMPARE(linearDecay(1, 0, stageFraction(0, 1000)), 1.0);
        QCOMPARE(linearDecay(1, 0, stageFraction(999, 1000)), 0.0);
        QVERIFY(std::abs(linearDecay(1, 0, 0.25) - 0.75) < 1e-12);
    }

    void oneStepIsTheLast() { QCOMPARE(stageFraction(0, 1), 1.0); }
};

QTEST_APPLESS_MAIN(TestSchedule)
#include "tst_schedule.moc"

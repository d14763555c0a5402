// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/random.h"

#include <QTest>

using namespace qmop::train;

class TestRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // SplitMix64 from a hash of the three numbers, written again in Python.
    void stepRandomByHand()
    {
        StepRandom random(7, 2, 3);
        QCOMPARE(random.next(), std::uint64_t(0xe21d0a42d2165003));
        QCOMPARE(random.below(1000), 725);
        QCOMPARE(random.unit(), 0.695532450898916);
        QVERIFY(StepRandom(7, 2, 4).next() != StepRandom(7, 3, 2).next());
    }
};

QTEST_APPLESS_MAIN(TestRandom)
#include "tst_random.moc"

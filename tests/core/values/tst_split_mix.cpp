// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/split_mix.h"

#include <QTest>

#include <set>

using namespace qmop;

class TestSplitMix : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // What the generator's reference implementation (splitmix64.c, Vigna 2015) gives for this seed.
    void reference()
    {
        SplitMix64 random(1234567);
        for (std::uint64_t expected : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                       4593380528125082431ULL, 16408922859458223821ULL})
            QCOMPARE(random.next(), expected);
    }

    void belowByHand()
    {
        SplitMix64 random(1234567); // the first digits of the reference over 2^64
        for (std::uint64_t expected : {3, 1, 5, 2, 8, 4, 5, 2})
            QCOMPARE(random.below(10), expected);
    }

    void belowStaysBelow()
    {
        SplitMix64 random(1);
        std::set<std::uint64_t> seen;
        for (int i = 0; i < 1000; ++i)
            seen.insert(random.below(7));
        QCOMPARE(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
        QCOMPARE(random.below(1), std::uint64_t(0));
        for (int i = 0; i < 1000; ++i)
            QVERIFY(random.below(0xFFFFFFFF) < 0xFFFFFFFF);
    }

    void scatterIsABijection()
    {
        QCOMPARE(scatterBits(0), std::uint64_t(0));
        std::set<std::uint64_t> seen;
        for (std::uint64_t x = 0; x < 4096; ++x)
            seen.insert(scatterBits(x));
        QCOMPARE(seen.size(), std::size_t(4096));
    }
};

QTEST_APPLESS_MAIN(TestSplitMix)
#include "tst_split_mix.moc"

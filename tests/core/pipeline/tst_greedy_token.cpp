// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/greedy_token.h"
#include "qmop/error.h"

#include <QTest>

#include <cmath>

using namespace qmop;

class TestGreedyToken : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Weights 1 : 2 : 5 : 2 of 10.
    void byHand()
    {
        const std::vector<float> logits{0, std::log(2.0F), std::log(5.0F), std::log(2.0F)};
        const GreedyToken token = chooseGreedily(logits, 3);
        QCOMPARE(token.id, 2);
        QVERIFY(std::abs(token.logProbability - std::log(0.5)) < 1e-6);
        QCOMPARE(int(token.alternatives.size()), 3);
        const std::vector<int> order{2, 1, 3}; // of equal ones the lower id first
        const std::vector<double> probabilities{0.5, 0.2, 0.2};
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(token.alternatives[i].first, order[i]);
            QVERIFY(std::abs(token.alternatives[i].second - probabilities[i]) < 1e-6);
        }
    }

    void tiesGoToTheLowerId() { QCOMPARE(chooseGreedily(std::vector<float>{1, 3, 3, 3}, 0).id, 1); }

    // Far beyond the range of exp().
    void largeLogitsStayFinite()
    {
        const GreedyToken token = chooseGreedily(std::vector<float>{-3e4F, 1e4F, 9.9e3F}, 2);
        QCOMPARE(token.id, 1);
        QVERIFY(std::abs(token.logProbability) < 1e-12);
        QVERIFY(std::abs(token.alternatives[0].second - 1) < 1e-12);
    }

    void moreAlternativesThanTokens()
    {
        QCOMPARE(int(chooseGreedily(std::vector<float>{1, 2}, 5).alternatives.size()), 2);
        QCOMPARE(int(chooseGreedily(std::vector<float>{1, 2}, 0).alternatives.size()), 0);
    }

    void refusesWhatIsNoNumber()
    {
        QVERIFY_EXCEPTION_THROWN(chooseGreedily(std::vector<float>{1, NAN}, 1), Error);
        QVERIFY_EXCEPTION_THROWN(chooseGreedily(std::vector<float>{1, INFINITY}, 1), Error);
    }
};

QTEST_APPLESS_MAIN(TestGreedyToken)
#include "tst_greedy_token.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/kept_objects.h"

#include <QtTest>

#include <vector>

using namespace qmop;

namespace {

// Four patches, two kept: attention prefers 0 and 1, relevance 3 and 2.
const std::vector<float> importance{1, 0.6F, 0.2F, 0};
const std::vector<float> relevance{0, 0.2F, 0.6F, 1};

std::size_t ruleNamed(const KeptObjects &kept, const std::string &name)
{
    std::size_t rule = 0;
    while (kept.rules().at(rule).name != name)
        ++rule;
    return rule;
}

} // namespace

class TestKeptObjects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneQuestion_data();
    void oneQuestion();
    void meansOverQuestions();
    void relevanceOfANegatingModel();
};

void TestKeptObjects::oneQuestion_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<double>("kept"); // of two patches
    QTest::addColumn<double>("found"); // of one, patch 3

    QTest::newRow("0 and 1") << "class attention alone" << 0.0 << 0.0;
    QTest::newRow("2 and 3") << "relevance alone" << 0.5 << 1.0;
    QTest::newRow("0 and 1, negated") << "relevance alone, negated" << 0.0 << 0.0;
    QTest::newRow("0 and 3: scores .5 .4 .4 .5") << "both" << 0.5 << 1.0;
    QTest::newRow("0 and 1: scores 1 .7 .3 0") << "both, relevance negated" << 0.0 << 0.0;
}

void TestKeptObjects::oneQuestion()
{
    QFETCH(const QString, rule);
    KeptObjects kept(2, 0.5);
    kept.add(importance, relevance, 1, std::vector<std::uint8_t>{0, 0, 0, 1});
    const KeptShare share = kept.share(ruleNamed(kept, rule.toStdString()));
    QTEST(share.kept, "kept");
    QTEST(share.found, "found");
    QCOMPARE(kept.random(), 0.25);
    QCOMPARE(share.timesRandom, share.kept / 0.25);
    QCOMPARE(share.interval.low, share.kept); // of one question
    QCOMPARE(share.interval.high, share.kept);
}

void TestKeptObjects::meansOverQuestions()
{
    KeptObjects kept(2, 0.5);
    kept.add(importance, relevance, 1, std::vector<std::uint8_t>{0, 0, 0, 1});
    kept.add(importance, relevance, 1, std::vector<std::uint8_t>{1, 1, 0, 0});
    QCOMPARE(kept.questions(), 2);
    QCOMPARE(kept.random(), 0.375);
    const KeptShare attention = kept.share(ruleNamed(kept, "class attention alone"));
    QCOMPARE(attention.kept, 0.5);
    QCOMPARE(attention.found, 0.5);
    QCOMPARE(attention.timesRandom, 0.5 / 0.375);
    QCOMPARE(attention.interval.low, 0.0);
    QCOMPARE(attention.interval.high, 1.0);
}

void TestKeptObjects::relevanceOfANegatingModel()
{
    KeptObjects kept(2, 0.5);
    kept.add(importance, relevance, -1, std::vector<std::uint8_t>{0, 0, 0, 1});
    QCOMPARE(kept.share(ruleNamed(kept, "relevance alone")).kept, 0.0);
    QCOMPARE(kept.share(ruleNamed(kept, "relevance alone, negated")).kept, 0.5);
}

QTEST_APPLESS_MAIN(TestKeptObjects)
#include "tst_kept_objects.moc"

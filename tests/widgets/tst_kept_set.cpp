// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is said of the patches that a run kept.
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/image/kept_set.h"
#include "widgets/image/overlay.h"

using namespace qmop;

class TestKeptSet : public QObject {
    Q_OBJECT

private slots:
    void ruleNamesWhatWasDoneByHand_data();
    void ruleNamesWhatWasDoneByHand();
    void classAttentionKeepsPatches();
    void patchesThatWouldBeKept();
};

// The line below the picture, figures and reports say by which rule patches were kept.
void TestKeptSet::ruleNamesWhatWasDoneByHand_data()
{
    QTest::addColumn<std::vector<int>>("in");
    QTest::addColumn<std::vector<int>>("out");
    QTest::addColumn<double>("eta"); // below 0: not given
    QTest::addColumn<QString>("rule");
    const std::vector<int> none;
    QTest::newRow("by score") << none << none << -1.0 << "pruning: the 4 patches of highest combined score (η = 0.900)";
    QTest::newRow("put in") << std::vector<int>{200} << none << -1.0
                            << "pruning: 1 patch put in by hand (+) and the 3 others of highest combined score "
                               "(η = 0.900)";
    QTest::newRow("both ways") << std::vector<int>{200, 201} << std::vector<int>{0} << -1.0
                               << "pruning: 2 patches put in by hand (+) and the 2 others of highest combined score "
                                  "(η = 0.900), 1 taken out by hand (×)";
    QTest::newRow("one is left") << std::vector<int>{1, 200, 201} << none << -1.0
                                 << "pruning: 3 patches put in by hand (+) and the 1 other of highest combined score "
                                    "(η = 0.900)";
    QTest::newRow("only by hand") << std::vector<int>{1, 2, 200, 201} << none << -1.0
                                  << "pruning: 4 patches put in by hand (+)";
    QTest::newRow("threshold") << none << none << 0.875
                               << "pruning: the 4 patches whose combined score reaches η = 0.875 (lowest 0.900)";
}

void TestKeptSet::ruleNamesWhatWasDoneByHand()
{
    QFETCH(std::vector<int>, in);
    QFETCH(std::vector<int>, out);
    QFETCH(double, eta);
    const auto trace = fixture::makeTrace({.kept = {1, 2, 200, 201}});
    trace->pruning->threshold = 0.9F;
    trace->request.overrides.keep = in;
    trace->request.overrides.drop = out;
    if (eta >= 0)
        trace->request.overrides.eta = eta;
    QTEST(keptSource(*trace), "rule");
}

// It has no scores and heeds no hand, but it keeps patches and drops the others.
void TestKeptSet::classAttentionKeepsPatches()
{
    const auto trace = fixture::makeTrace({.kept = {1, 2, 200}, .compressor = "cls-prune"});
    trace->request.overrides.keep = {7};
    QVERIFY(hasOverlay(*trace, OverlayKind::Kept));
    for (OverlayKind scores : {OverlayKind::Importance, OverlayKind::Relevance, OverlayKind::Combined})
        QVERIFY(!hasOverlay(*trace, scores));
    const std::vector<std::uint8_t> kept = keptPatches(*trace);
    QCOMPARE(kept.size(), std::size_t(256));
    for (int patch = 0; patch < 256; ++patch)
        QCOMPARE(int(kept[std::size_t(patch)]), int(patch == 1 || patch == 2 || patch == 200));
    QVERIFY(wereKept(*trace));
    QVERIFY(forcedPatches(*trace).in.empty());
    QCOMPARE(
        keptSource(*trace),
        QStringLiteral("cls-prune: the 3 patches of highest class attention, last vision layer, mean of the heads"));
    QVERIFY(readPatch(trace->grid, trace.get(), nullptr, 200).text().endsWith("· kept"));
    QVERIFY(readPatch(trace->grid, trace.get(), nullptr, 7).text().endsWith("· dropped"));
    QVERIFY(!readPatch(trace->grid, trace.get(), nullptr, 7).rank);
    trace->request.compressor = "avgpool"; // shares too, but keeps none
    QVERIFY(keptPatches(*trace).empty() && !wereKept(*trace) && keptSource(*trace).isEmpty());
    QVERIFY(!hasOverlay(*trace, OverlayKind::Kept));
}

void TestKeptSet::patchesThatWouldBeKept()
{
    const auto trace = fixture::makeTrace({.kept = {1, 2, 200}});
    QVERIFY(readPatch(trace->grid, trace.get(), nullptr, 1).text().contains("· kept ·"));
    QVERIFY(readPatch(trace->grid, trace.get(), nullptr, 7).text().contains("· dropped"));
    fixture::pruneBeside(*trace);
    QVERIFY(!wereKept(*trace));
    const QString in = readPatch(trace->grid, trace.get(), nullptr, 1).text();
    const QString out = readPatch(trace->grid, trace.get(), nullptr, 7).text();
    QVERIFY2(in.contains("· would be kept"), qPrintable(in));
    QVERIFY2(out.contains("· would be dropped"), qPrintable(out));
    QVERIFY2(keptSource(*trace).contains("the answer did not depend on it"), qPrintable(keptSource(*trace)));
}

QTEST_APPLESS_MAIN(TestKeptSet)
#include "tst_kept_set.moc"

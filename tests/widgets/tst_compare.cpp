// SPDX-License-Identifier: GPL-3.0-or-later
//
// The comparison without a window: difference maps against values and colours
// worked out by hand, the table, the words.
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/compare/comparison_panel.h"
#include "widgets/compare/difference_map.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/colour_map.h"

#include <QAction>
#include <QCheckBox>
#include <QHelpEvent>
#include <QTableWidget>
#include <QToolTip>

#include <cmath>

using namespace qmop;

namespace {

constexpr int side = 16;

// Colour in a corner of a patch, where no sign is drawn.
QRgb cornerOf(const ComparedView &view, const QImage &shot, int patch)
{
    const QRect box = patchDeviceRect(*view.grid(), patch, view.widgetFromImage(), 1);
    return shot.pixel(box.left() + 2, box.top() + 2);
}

}

class TestCompare : public QObject {
    Q_OBJECT

private slots:
    void keptDifferenceAsPicture();
    void scoreDifferenceAsPicture();
    void bothRunsShareTheRange();
    void ownRangeIsTheLargestDifference();
    void paddingHasNoDifference();
    void whatCannotBeSubtractedIsSaid();
    void missingRunsAreSaid();
    void lockedViewsOfTwoSizesShowTheSameShare();
    void tableShowsWhatDiffers();
    void paddingIsNotCompared();
    void classAttentionIsCompared();
    void patchesThatWouldBeKeptAreSaidToBe();
    void legendsSayWhetherPruningTookPart();
    void averagesSayOfHowMany();
    void answersAndMargins();

private:
    std::unique_ptr<ComparePanel> open(const std::shared_ptr<const RunTrace> &a,
                                       const std::shared_ptr<const RunTrace> &b)
    {
        auto panel = std::make_unique<ComparePanel>(&m_selection);
        panel->resize(1500, 560);
        panel->setRuns(a, b);
        panel->show();
        if (!QTest::qWaitForWindowExposed(panel.get()))
            return nullptr;
        for (CompareSide each : {CompareSide::A, CompareSide::B, CompareSide::Difference})
            panel->view(each)->setOpacity(1);
        return panel;
    }

    Selection m_selection;
};

void TestCompare::keptDifferenceAsPicture()
{
    m_selection.setOverlay(OverlayKind::Kept);
    const auto a = fixture::makeTrace({.kept = {3 * side + 4, 5 * side + 6, 5 * side + 7}});
    const auto b = fixture::makeTrace({.kept = {3 * side + 4, 9 * side + 2}});
    const auto panel = open(a, b);
    QVERIFY(panel);
    const ComparedView &view = *panel->view(CompareSide::Difference);
    const QImage shot = panel->view(CompareSide::Difference)->grab().toImage();
    for (int patch = 0; patch < side * side; ++patch) {
        const bool onlyA = patch == 5 * side + 6 || patch == 5 * side + 7;
        const bool onlyB = patch == 9 * side + 2;
        const QRgb expected = onlyA ? 0xff08306b : onlyB ? 0xff7f3b08 : 0xfff0f0f0;
        if (cornerOf(view, shot, patch) != expected)
            QVERIFY2(patch % side >= 12 || patch / side >= 12, qPrintable(QString::number(patch))); // under the bar
    }
    // The sign in the middle of the patch: a cross bar in both, an upright in plus only.
    const auto middle = [&](int patch, int below) {
        const QRect box = patchDeviceRect(*view.grid(), patch, view.widgetFromImage(), 1);
        return shot.pixel(box.center().x(), box.center().y() + below);
    };
    const int arm = patchDeviceRect(*view.grid(), 0, view.widgetFromImage(), 1).width() / 4 - 1;
    QVERIFY(arm >= 3);
    QCOMPARE(middle(9 * side + 2, 0), 0xff000000u);
    QCOMPARE(middle(9 * side + 2, arm), 0xff000000u);
    QCOMPARE(middle(5 * side + 6, 0), 0xff000000u);
    QCOMPARE(middle(5 * side + 6, arm), 0xff08306bu);
    QCOMPARE(panel->stripText(), QStringLiteral("B − A: kept · + kept in B only: 1 · − kept in A only: 2"));
    m_selection.setHoveredPatch(9 * side + 2);
    QCOMPARE(panel->stripText(), QStringLiteral("row 9, column 2 · A dropped · B kept"));
    m_selection.reset();
}

void TestCompare::scoreDifferenceAsPicture()
{
    const auto a = fixture::makeTrace();
    const auto b = fixture::makeTrace();
    auto edited = std::make_shared<RunTrace>(*b);
    edited->pruning->importance = a->pruning->importance;
    edited->pruning->importance[40] -= 0.5F; // 1 - 40/255 = 0.84
    edited->pruning->importance[41] += 0.125F;
    m_selection.setOverlay(OverlayKind::Importance);
    const auto panel = open(a, edited);
    QVERIFY(panel);
    const ComparedView &view = *panel->view(CompareSide::Difference);
    const std::optional<OverlayField> field = view.difference();
    QVERIFY(field);
    QCOMPARE(field->low, -1.0);
    QCOMPARE(field->high, 1.0);
    QCOMPARE(field->values[40], -0.5F);
    QVERIFY(std::abs(field->values[41] - 0.125F) < 1e-6F);
    const QImage shot = panel->view(CompareSide::Difference)->grab().toImage();
    const auto &table = detail::divergingTable;
    QCOMPARE(cornerOf(view, shot, 40), 0xff000000u | table[64]); // (-0.5 + 1) / 2 * 256
    QCOMPARE(cornerOf(view, shot, 41), 0xff000000u | table[144]); // (0.125 + 1) / 2 * 256
    QCOMPARE(cornerOf(view, shot, 42), 0xfff0f0f0u);
    m_selection.setHoveredPatch(40);
    QVERIFY2(panel->stripText().startsWith("row 2, column 8 · importance A 0.8431 · B 0.3431 · B − A -0.5000"),
             qPrintable(panel->stripText()));
    m_selection.reset();
}

void TestCompare::bothRunsShareTheRange()
{
    const auto a = fixture::makeTrace({.stride = 2}); // shares of a window: up to 4/10
    const auto b = fixture::makeTrace({.stride = 4}); // up to 16/136
    const auto fieldOf
        = [](const auto &run, const auto &other) { return sharedRangeField(*run, *other, OverlayKind::Pooling, {}); };
    QVERIFY(std::abs(fieldOf(a, b)->high - 0.4) < 1e-6);
    QVERIFY(std::abs(fieldOf(b, a)->high - 0.4) < 1e-6);
    QVERIFY(std::abs(fieldOf(b, b)->high - 16.0 / 136) < 1e-6);
    const std::optional<OverlayField> difference = differenceField(*a, *b, OverlayKind::Pooling, {}, false);
    QVERIFY(std::abs(difference->high - 0.4) < 1e-6);
    QVERIFY(std::abs(difference->low + 0.4) < 1e-6);
    // The first patch: 1/136 - 1/10.
    QVERIFY(std::abs(difference->values[0] - (1.0F / 136 - 0.1F)) < 1e-6F);
}

void TestCompare::ownRangeIsTheLargestDifference()
{
    const auto a = fixture::makeTrace({.stride = 2});
    const auto b = fixture::makeTrace({.stride = 4});
    // The fourth of a window of 2 x 2 has 4/10; in the window of 4 x 4 patch 17 is the sixth.
    const std::optional<OverlayField> own = differenceField(*a, *b, OverlayKind::Pooling, {}, true);
    double largest = 0;
    for (float value : own->values)
        largest = std::max(largest, std::abs(double(value)));
    QCOMPARE(own->high, largest);
    QCOMPARE(own->low, -largest);
    QVERIFY(std::abs(largest - (0.4 - 6.0 / 136)) < 1e-6);
    // Nothing differs: the quantity's range, not an empty one.
    QCOMPARE(differenceField(*a, *a, OverlayKind::Combined, {}, true)->high, 1.0);
}

void TestCompare::paddingHasNoDifference()
{
    const auto a = fixture::makeTrace({.width = 640, .height = 320, .fit = FitPolicy::Pad});
    for (OverlayKind kind : {OverlayKind::Kept, OverlayKind::Combined}) {
        const std::optional<OverlayField> field = differenceField(*a, *a, kind, {}, false);
        QVERIFY(std::isnan(field->values[0])); // above the picture
        QCOMPARE(field->values[8 * side + 8], 0.0F);
    }
}

void TestCompare::whatCannotBeSubtractedIsSaid()
{
    m_selection.setOverlay(OverlayKind::Combined);
    const auto a = fixture::makeTrace();
    const auto other = fixture::makeTrace({.width = 320, .height = 320});
    other->imageSha256 = std::string(64, 'c');
    const auto panel = open(a, other);
    QVERIFY(panel);
    QVERIFY(panel->problemText().contains("pictures differ"));
    QVERIFY(!panel->view(CompareSide::Difference)->isVisible());
    QVERIFY(panel->view(CompareSide::A)->isVisible() && panel->view(CompareSide::B)->isVisible());
    panel->setRuns(a, fixture::makeTrace({.patchSize = 16}));
    QVERIFY(panel->problemText().contains("other places"));
    const auto unpruned = fixture::makeTrace();
    unpruned->pruning.reset();
    panel->setRuns(a, unpruned);
    QVERIFY2(panel->problemText().startsWith("B: "), qPrintable(panel->problemText()));
    m_selection.setOverlay(OverlayKind::Pooling); // which both have
    QVERIFY(panel->problemText().isEmpty());
    QVERIFY(panel->view(CompareSide::Difference)->isVisible());
}

void TestCompare::missingRunsAreSaid()
{
    const auto panel = open(nullptr, fixture::makeTrace());
    QVERIFY(panel);
    QVERIFY(!panel->view(CompareSide::A)->isVisible());
    QVERIFY(panel->view(CompareSide::B)->isVisible());
    QVERIFY(!panel->swapAction()->isEnabled());
    panel->setRuns(fixture::makeTrace(), fixture::makeTrace());
    QVERIFY(panel->view(CompareSide::A)->isVisible());
    QVERIFY(panel->swapAction()->isEnabled());
}

void TestCompare::lockedViewsOfTwoSizesShowTheSameShare()
{
    const auto a = fixture::makeTrace();
    const auto b = fixture::makeTrace({.width = 1280, .height = 960});
    b->imageSha256 = std::string(64, 'c');
    const auto panel = open(a, b);
    QVERIFY(panel);
    ComparedView *inA = panel->view(CompareSide::A);
    ComparedView *inB = panel->view(CompareSide::B);
    QWheelEvent wheel(QPointF(60, 80), inA->mapToGlobal(QPointF(60, 80)), {}, {0, 360}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(inA, &wheel);
    QCOMPARE(inA->size(), inB->size());
    QCOMPARE(inB->widgetFromImage().scale, inA->widgetFromImage().scale / 2);
    const QPointF corner = inA->widgetFromImage().inverse({0, 0});
    const QPointF sameInB = inB->widgetFromImage().inverse({0, 0});
    QVERIFY(std::abs(corner.x() / 640 - sameInB.x() / 1280) < 1e-9);
    QVERIFY(std::abs(corner.y() / 480 - sameInB.y() / 960) < 1e-9);
}

void TestCompare::tableShowsWhatDiffers()
{
    ComparisonPanel panel;
    panel.setRuns(fixture::makeTrace({.stride = 2}), fixture::makeTrace({.stride = 4, .answer = "owl"}));
    const auto cells = [&](const char *key) {
        QStringList texts;
        for (int column = 0; column < 4 && panel.rowOf(key) >= 0; ++column)
            texts << panel.table()->item(panel.rowOf(key), column)->text();
        return texts;
    };
    QCOMPARE(cells("visual_tokens"), (QStringList{"Visual tokens", "64", "16", "−48"}));
    QCOMPARE(cells("prefill_macs"), (QStringList{"Prefill, visual tokens", "64.0 MMACs", "16.0 MMACs", "−48.0 MMACs"}));
    QCOMPARE(cells("kv_bytes"), (QStringList{"KV cache, visual tokens", "262.1 kB", "65.5 kB", "−196.6 kB"}));
    QCOMPARE(cells("answer"), (QStringList{"Answer", "fox", "owl", ""}));
    QCOMPARE(panel.rowOf("question"), -1); // the same in both
    panel.onlyDifferences()->setChecked(false);
    QVERIFY(panel.rowOf("question") >= 0);
    QCOMPARE(cells("time_to_first_token"), (QStringList{"Time to first token", "20.0 ms", "20.0 ms", "0"}));
    QCOMPARE(panel.keptText(),
             QStringLiteral("Kept patches: 16 in both, 48 only in A, 0 only in B, overlap (Jaccard) 0.25"));
    // B's answer came through the other branches.
    const auto a = fixture::makeTrace({.stride = 2});
    const auto b = fixture::makeTrace({.stride = 4});
    fixture::pruneBeside(*b);
    panel.setRuns(a, b);
    QVERIFY2(panel.keptText().endsWith("0.25 · pruning took no part in the answer of B"), qPrintable(panel.keptText()));
    // A change that is not zero never reads so.
    auto closeTo = std::make_shared<RunTrace>(*a);
    closeTo->answer.logProbability = a->answer.logProbability - 3e-6;
    panel.setRuns(a, closeTo);
    QCOMPARE(cells("answer_log_probability"), (QStringList{"log p of the answer", "-0.0305", "-0.0305", "−3.0e-06"}));
    closeTo->answer.logProbability = -3e-6;
    panel.setRuns(a, closeTo);
    QCOMPARE(cells("answer_log_probability")[2], QStringLiteral("-3.0e-06"));
}

// Class attention keeps patches without any pruning scores.
void TestCompare::classAttentionIsCompared()
{
    m_selection.setOverlay(OverlayKind::Kept);
    const auto a = fixture::makeTrace({.kept = {40, 41}});
    const auto b = fixture::makeTrace({.kept = {41, 42, 43}, .compressor = "cls-prune"});
    const auto panel = open(a, b);
    QVERIFY(panel);
    QCOMPARE(panel->stripText(), QStringLiteral("B − A: kept · + kept in B only: 2 · − kept in A only: 1"));
    QCOMPARE(panel->view(CompareSide::B)->legendText(),
             QStringLiteral("kept 3 (blue outline) · dropped 253 (orange hatch)"));
    QVERIFY(panel->view(CompareSide::B)->trustStrip().contains("class attention"));
    QVERIFY(panel->view(CompareSide::Difference)->trustStrip().contains("class attention"));
    m_selection.setHoveredPatch(42);
    QCOMPARE(panel->stripText(), QStringLiteral("row 2, column 10 · A dropped · B kept"));
    ComparisonPanel table;
    table.setRuns(a, b);
    QCOMPARE(table.keptText(),
             QStringLiteral("Kept patches: 1 in both, 1 only in A, 2 only in B, overlap (Jaccard) 0.25 · "
                            "class attention chose those of B"));
    table.setRuns(b, b);
    QVERIFY2(table.keptText().endsWith("1.00 · class attention chose those of both"), qPrintable(table.keptText()));
    m_selection.setOverlay(OverlayKind::Combined); // of A alone
    QVERIFY(!panel->view(CompareSide::Difference)->overlayProblem().isEmpty());
    m_selection.reset();
}

// Of B, whose answer came through the other branches.
void TestCompare::patchesThatWouldBeKeptAreSaidToBe()
{
    m_selection.setOverlay(OverlayKind::Kept);
    const auto a = fixture::makeTrace({.kept = {40, 41}});
    const auto b = fixture::makeTrace({.kept = {41, 42, 43}});
    fixture::pruneBeside(*b);
    const auto panel = open(a, b);
    QVERIFY(panel);
    QCOMPARE(panel->stripText(),
             QStringLiteral("would be kept (B) − kept (A) · + would be kept in B only: 2 · − kept in A only: 1"));
    m_selection.setHoveredPatch(40);
    QCOMPARE(panel->stripText(), QStringLiteral("row 2, column 8 · A kept · B would be dropped"));
    QVERIFY2(panel->view(CompareSide::B)->readoutText().contains("· would be dropped"),
             qPrintable(panel->view(CompareSide::B)->readoutText()));
    m_selection.setHoveredPatch(42);
    QCOMPARE(panel->stripText(), QStringLiteral("row 2, column 10 · A dropped · B would be kept"));
    panel->setRuns(b, b);
    m_selection.setHoveredPatch(-1);
    QCOMPARE(panel->stripText(), QStringLiteral("B − A: would be kept · the same in every patch"));
    m_selection.reset();
}

// The line below the pictures and the panel, of a picture with padding above and below.
void TestCompare::paddingIsNotCompared()
{
    m_selection.setOverlay(OverlayKind::Kept);
    const auto a = fixture::makeTrace({.fit = FitPolicy::Pad, .kept = {0, 1, 40, 41}});
    const auto b = fixture::makeTrace({.fit = FitPolicy::Pad, .kept = {1, 2, 41, 42, 255}});
    const auto panel = open(a, b);
    QVERIFY(panel);
    QCOMPARE(panel->stripText(), QStringLiteral("B − A: kept · + kept in B only: 1 · − kept in A only: 1"));
    ComparisonPanel table;
    table.setRuns(a, b);
    QCOMPARE(table.keptText(),
             QStringLiteral("Kept patches: 1 in both, 1 only in A, 1 only in B, overlap (Jaccard) 0.33"));
    m_selection.reset();
}

// B's answer came through the other branches.
void TestCompare::legendsSayWhetherPruningTookPart()
{
    m_selection.setOverlay(OverlayKind::Kept);
    const auto a = fixture::makeTrace();
    const auto b = fixture::makeTrace();
    fixture::pruneBeside(*b);
    const auto panel = open(a, b);
    QVERIFY(panel);
    QCOMPARE(panel->view(CompareSide::A)->legendText(),
             QStringLiteral("kept 64 (blue outline) · dropped 192 (orange hatch)"));
    QCOMPARE(panel->view(CompareSide::B)->legendText(),
             QStringLiteral("would keep 64 (blue outline) · would drop 192 (orange hatch)"));
    // The whole of it where the pointer rests on the line.
    ComparedView *view = panel->view(CompareSide::B);
    const QPoint onLegend(20, view->height() - 5);
    QHelpEvent help(QEvent::ToolTip, onLegend, view->mapToGlobal(onLegend));
    QApplication::sendEvent(view, &help);
    const QString tip = QToolTip::text();
    QVERIFY2(tip.startsWith("would keep 64") && tip.contains("this branch was off"), qPrintable(tip));
    QToolTip::hideText();
    m_selection.reset();
}

// A's average is over 64 maps, B's over 16.
void TestCompare::averagesSayOfHowMany()
{
    const auto a = fixture::makeTrace({.stride = 2}), b = fixture::makeTrace({.stride = 4});
    const auto field = differenceField(*a, *b, OverlayKind::Resampler, {}, false);
    QVERIFY(field);
    QCOMPARE(field->name, QStringLiteral("average of 16 maps (B) − of 64 (A)"));
    QVERIFY(field->source.contains("all 16 tokens") && field->source.contains("all 64 tokens"));
    QCOMPARE(differenceField(*a, *a, OverlayKind::Resampler, {}, false)->name,
             QStringLiteral("B − A: average of 64 maps"));
}

void TestCompare::answersAndMargins()
{
    ComparisonPanel panel;
    const auto a = fixture::makeTrace({.answer = "fox"}); // p .97, cat .02, dog .01
    const auto b = fixture::makeTrace({.answer = "cat"}); // p .97, cat .02, dog .01: "fox" was not recorded
    panel.setRuns(a, b);
    // ln(.97 / .02) = 3.88, and at least ln(.97 / .01) = 4.57.
    QCOMPARE(panel.answersText(),
             QStringLiteral("A: fox\nB: cat\n≠ from word 1: “fox” against “cat”\n"
                            "A: “fox” with p 0.970, 3.88 nat before the other's\n"
                            "B: “cat” with p 0.970, at least 4.57 nat before the other's"));
    panel.setRuns(a, a);
    QVERIFY(panel.answersText().contains("= same answer"));
    panel.setRuns(nullptr, a);
    QVERIFY(panel.answersText().contains("Choose two runs"));
}

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"

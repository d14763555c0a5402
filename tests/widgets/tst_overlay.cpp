// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/image/kept_set.h"
#include "widgets/image/overlay.h"
#include "widgets/image/overlay_painter.h"

#include <QImage>
#include <QPainter>
#include <QSignalSpy>

#include <cmath>

using namespace qmop;

class TestOverlay : public QObject {
    Q_OBJECT

private slots:
    void firstRunBringsItsOverlay();
    void runWithoutTheOverlayShowsAnother();
    void oneTokenIsNoAverage();
    void colourBarStaysInItsStrip();
    void answerAttention();
    void answerTokensAndPatchesAreLinked();
    void scores();
    void poolingSharesAndWindows();
    void resamplerMapOrAverage();
    void provenance();
    void paddingIsLeftOut();
    void missingBranchSaysWhy();
    void readoutByHand();
    void ranksBreakTiesByIndex();
    void topShare();
    void selectionSignals();
};

void TestOverlay::scores()
{
    const auto trace = fixture::makeTrace();
    const auto importance = overlayField(*trace, OverlayKind::Importance, {});
    QVERIFY(importance);
    QCOMPARE(importance->values.size(), std::size_t(256));
    QCOMPARE(importance->values[0], 1.0F);
    QCOMPARE(importance->values[255], 0.0F);
    QCOMPARE(importance->low, 0.0);
    QCOMPARE(importance->high, 1.0);
    // 1 - 51/255 = 0.8; 0.8 squared; the mean of both.
    QCOMPARE(overlayField(*trace, OverlayKind::Relevance, {})->values[51], 0.64F);
    QCOMPARE(overlayField(*trace, OverlayKind::Combined, {})->values[51], 0.72F);
    QVERIFY(!overlayField(*trace, OverlayKind::Kept, {}));
    QCOMPARE(keptPatches(*trace)[63], 1);
    QCOMPARE(keptPatches(*trace)[64], 0);
}

void TestOverlay::poolingSharesAndWindows()
{
    const auto trace = fixture::makeTrace();
    const auto field = overlayField(*trace, OverlayKind::Pooling, {});
    // 1, 2, 3, 4 over 10 within each window of 2 x 2.
    QCOMPARE(field->values[0], 0.1F);
    QCOMPARE(field->values[1], 0.2F);
    QCOMPARE(field->values[16], 0.3F);
    QCOMPARE(field->values[17], 0.4F);
    QCOMPARE(field->high, double(0.4F));
    const std::vector<int> windows = poolingWindows(*trace);
    QCOMPARE(windows[0], 0);
    QCOMPARE(windows[17], 0);
    QCOMPARE(windows[2], 1);
    QCOMPARE(windows[255], 63);
}

void TestOverlay::resamplerMapOrAverage()
{
    const auto trace = fixture::makeTrace();
    const auto map = overlayField(*trace, OverlayKind::Resampler, {Branch::Resample, 5});
    QCOMPARE(map->values[15], 0.5F);
    QCOMPARE(map->values[14], 0.5F / 255);
    QCOMPARE(map->high, 0.5);
    QVERIFY(map->name.contains("5"));
    // Patch 15 is the peak of token 5 only (3m mod 256 = 15): (0.5 + 63 * 0.5/255) / 64.
    const auto average = overlayField(*trace, OverlayKind::Resampler, {});
    QVERIFY(std::abs(average->values[15] - (0.5 + 63 * 0.5 / 255) / 64) < 1e-6);
    QVERIFY(average->name.contains("average"));
    // A pooled token is no query.
    QVERIFY(overlayField(*trace, OverlayKind::Resampler, {Branch::Pool, 5})->name.contains("average"));
}

void TestOverlay::provenance()
{
    const auto trace = fixture::makeTrace();
    // Token 1 mixes window 1 (patches 2, 3, 18, 19) with kept patch 1.
    const auto field = overlayField(*trace, OverlayKind::Provenance, {std::nullopt, 1});
    QVERIFY(std::abs(field->values[1] - 0.75 / 0.96) < 1e-6);
    QVERIFY(std::abs(field->values[19] - 0.4 * 0.21 / 0.96) < 1e-6);
    double sum = 0;
    for (float value : field->values)
        sum += value;
    QVERIFY(std::abs(sum - 1) < 1e-4);
}

void TestOverlay::paddingIsLeftOut()
{
    const auto trace = fixture::makeTrace({.width = 640, .height = 480, .fit = FitPolicy::Pad});
    const auto field = overlayField(*trace, OverlayKind::Importance, {});
    QVERIFY(std::isnan(field->values[0]));
    QVERIFY(std::isnan(field->values[255]));
    QVERIFY(!std::isnan(field->values[32]));
    QVERIFY(!readPatch(trace->grid, trace.get(), &*field, 0).value);
    // Nor does what lies on it set the range of a map: token 2 all on padding
    // but for a tenth, beside 0.5 of the others.
    for (BranchTrace &branch : trace->branches)
        if (branch.branch == Branch::Resample) {
            std::fill_n(branch.provenance.weights.begin() + 2 * 256, 256, 0.0F);
            branch.provenance.weights[2 * 256] = 0.9F;
            branch.provenance.weights[2 * 256 + 40] = 0.1F;
        }
    const auto map = overlayField(*trace, OverlayKind::Resampler, {Branch::Resample, 2});
    QCOMPARE(map->high, 0.5);
    QCOMPARE(map->values[40], 0.1F);
    QVERIFY2(map->source.contains(QStringLiteral("90 % lies on padding")), qPrintable(map->source));
    QVERIFY(!overlayField(*fixture::makeTrace(), OverlayKind::Resampler, {})->source.contains("padding"));
}

void TestOverlay::missingBranchSaysWhy()
{
    const auto trace = fixture::makeTrace();
    trace->branches.clear();
    trace->pruning.reset();
    QString why;
    QVERIFY(!overlayField(*trace, OverlayKind::Combined, {}, &why));
    QVERIFY(why.contains("Pruning"));
    QVERIFY(!overlayField(*trace, OverlayKind::Pooling, {}, &why));
    QVERIFY(why.contains("pooling"));
    QVERIFY(!overlayField(*trace, OverlayKind::Resampler, {}, &why));
    QVERIFY(why.contains("resampler"));
    QVERIFY(keptPatches(*trace).empty());
    QVERIFY(noPruningText(*trace).contains("not computed"));
    trace->request.compressor = "cls-prune"; // it did prune
    QVERIFY(!noPruningText(*trace).contains("not computed"));
    QVERIFY(noPruningText(*trace).contains("overlay Kept"));
}

void TestOverlay::readoutByHand()
{
    const auto trace = fixture::makeTrace({.width = 512, .height = 512});
    const auto field = overlayField(*trace, OverlayKind::Combined, {});
    // Patch 51: row 3, column 3; 512/16 = 32 pixels a patch.
    const PatchReadout readout = readPatch(trace->grid, trace.get(), &*field, 51);
    QCOMPARE(readout.row, 3);
    QCOMPARE(readout.column, 3);
    QCOMPARE(readout.x0, 96);
    QCOMPARE(readout.x1, 127);
    QCOMPARE(*readout.rank, 52);
    QCOMPARE(*readout.kept, true);
    QCOMPARE(readout.branches, QStringLiteral("P K"));
    QLocale::setDefault(QLocale::c());
    QCOMPARE(readout.text(),
             QStringLiteral("row 3, column 3 · px 96–127, 96–127 · combined 0.7200 · rank 52 of 256 · kept · P K"));
    QCOMPARE(readPatch(trace->grid, trace.get(), &*field, 256).text(), QString());
    QVERIFY(readPatch(trace->grid, trace.get(), nullptr, 64).text().contains("dropped"));
    // Before a run there is geometry only.
    QCOMPARE(readPatch(trace->grid, nullptr, nullptr, 51).text(),
             QStringLiteral("row 3, column 3 · px 96–127, 96–127"));
}

void TestOverlay::ranksBreakTiesByIndex()
{
    const auto trace = fixture::makeTrace();
    std::fill(trace->pruning->combined.begin(), trace->pruning->combined.end(), 0.5F);
    QCOMPARE(*readPatch(trace->grid, trace.get(), nullptr, 0).rank, 1);
    QCOMPARE(*readPatch(trace->grid, trace.get(), nullptr, 255).rank, 256);
}

void TestOverlay::topShare()
{
    std::vector<float> values(200, 1.0F);
    values[7] = 100;
    values[9] = 50; // the top 1 % are two patches
    QVERIFY(std::abs(shareOfTopPercent(values) - 150.0 / 348) < 1e-6);
    QCOMPARE(shareOfTopPercent({}), 0.0);
    QCOMPARE(shareOfTopPercent({0, 0}), 0.0);
    // 150 of 348 is no warning; 150 of 298 is.
    QVERIFY(fieldSource({values, 0, 100, "a", "a"}).startsWith("a · range"));
    std::fill(values.begin() + 150, values.end(), 0.0F);
    QVERIFY(fieldSource({values, 0, 100, "a", "a"}).startsWith(QStringLiteral("⚠ a few patches dominate")));
}

void TestOverlay::selectionSignals()
{
    Selection selection;
    QSignalSpy hovered(&selection, &Selection::hoveredPatchChanged);
    QSignalSpy tokens(&selection, &Selection::tokenChanged);
    selection.setHoveredPatch(3);
    selection.setHoveredPatch(3);
    QCOMPARE(hovered.size(), 1);
    selection.toggleLock(9);
    QCOMPARE(selection.currentPatch(), 3);
    selection.setHoveredPatch(-1);
    QCOMPARE(selection.currentPatch(), 9);
    selection.setToken({Branch::Resample, 2});
    QVERIFY(selection.hasLock());
    selection.unlock();
    QCOMPARE(selection.currentPatch(), -1);
    QVERIFY(!selection.hasLock());
    QCOMPARE(tokens.size(), 2);
    for (std::size_t i = 0; i < allOverlays.size(); ++i)
        selection.nextOverlay();
    QCOMPARE(selection.overlay(), OverlayKind::Kept);
}

// Pruning that was off shows nothing about the answer; what a person chose stays.
void TestOverlay::firstRunBringsItsOverlay()
{
    const auto ran = [](PerBranch<float> selected) {
        auto trace = std::make_shared<RunTrace>(*fixture::makeTrace({}));
        trace->routing->selected = selected;
        for (Branch branch : allBranches)
            trace->routing->active[branch] = selected[branch] > 0;
        return trace;
    };
    PerBranch<float> weights;
    weights[Branch::Pool] = 0.3F;
    weights[Branch::Resample] = 0.7F;
    const auto resampled = ran(weights);
    std::swap(weights[Branch::Pool], weights[Branch::Resample]);
    const auto pooled = ran(weights);
    weights[Branch::Prune] = 0.01F;
    const auto pruned = ran(weights);
    QCOMPARE(overlayOf(*resampled), OverlayKind::Resampler);
    QCOMPARE(overlayOf(*pooled), OverlayKind::Pooling);
    QCOMPARE(overlayOf(*pruned), OverlayKind::Kept);
    Selection selection;
    QSignalSpy changed(&selection, &Selection::overlayChanged);
    selection.setTrace(nullptr);
    QCOMPARE(selection.overlay(), OverlayKind::Kept);
    selection.setTrace(resampled);
    QCOMPARE(selection.overlay(), OverlayKind::Resampler);
    selection.setTrace(pooled); // only the first run
    QCOMPARE(selection.overlay(), OverlayKind::Resampler);
    QCOMPARE(changed.size(), 1);
    Selection chosen;
    chosen.setOverlay(OverlayKind::Kept); // though it is what there was
    chosen.setTrace(resampled);
    QCOMPARE(chosen.overlay(), OverlayKind::Kept);
}

// And the next run that has it brings it back.
void TestOverlay::runWithoutTheOverlayShowsAnother()
{
    const auto whole = std::make_shared<RunTrace>(*fixture::makeTrace({}));
    const auto pruned = std::make_shared<RunTrace>(*whole);
    std::erase_if(pruned->branches, [](const BranchTrace &branch) { return branch.branch != Branch::Prune; });
    const auto averaged = std::make_shared<RunTrace>(*whole);
    averaged->branches.clear();
    averaged->pruning.reset();
    const auto blind = std::make_shared<RunTrace>(*averaged);
    blind->provenance = {};
    const auto plain = std::make_shared<RunTrace>(*averaged);
    plain->routing.reset();
    Selection first; // the first run obeys the same rule
    first.setTrace(plain);
    QCOMPARE(first.overlay(), OverlayKind::Provenance);
    first.setTrace(whole);
    QCOMPARE(first.overlay(), OverlayKind::Kept);
    Selection selection;
    selection.setOverlay(OverlayKind::Resampler);
    selection.setTrace(whole);
    QCOMPARE(selection.overlay(), OverlayKind::Resampler);
    selection.setTrace(pruned);
    QCOMPARE(selection.overlay(), OverlayKind::Kept);
    selection.setTrace(averaged);
    QCOMPARE(selection.overlay(), OverlayKind::Provenance);
    selection.setTrace(blind); // none at all: it says why under the chosen one
    QCOMPARE(selection.overlay(), OverlayKind::Resampler);
    selection.setTrace(pruned);
    selection.setTrace(nullptr);
    QCOMPARE(selection.overlay(), OverlayKind::Kept); // nothing flickers between two runs
    selection.setTrace(whole);
    QCOMPARE(selection.overlay(), OverlayKind::Resampler);
    selection.setTrace(pruned);
    selection.setOverlay(OverlayKind::Combined);
    selection.setTrace(whole);
    QCOMPARE(selection.overlay(), OverlayKind::Combined);
    for (OverlayKind kind : allOverlays)
        for (const auto &trace : {whole, pruned, averaged, blind})
            QCOMPARE(hasOverlay(*trace, kind),
                     overlayField(*trace, kind, {}) || (kind == OverlayKind::Kept && trace->pruning));
}

void TestOverlay::oneTokenIsNoAverage()
{
    const auto trace = std::make_shared<RunTrace>(*fixture::makeTrace({}));
    for (BranchTrace &branch : trace->branches)
        if (branch.branch == Branch::Resample)
            branch.provenance = fixture::resamplerRows(1, trace->grid.patchCount());
    const auto field = overlayField(*trace, OverlayKind::Resampler, {});
    QVERIFY(field);
    QCOMPARE(field->name, QStringLiteral("query 0"));
    QVERIFY2(field->source.endsWith(QStringLiteral("the only token")), qPrintable(field->source));
    QCOMPARE(field->high, 0.5); // its own map, on its own range
    const auto answered = fixture::makeTrace({.attention = true}); // one token
    QCOMPARE(overlayField(*answered, OverlayKind::Answer, {})->name, QStringLiteral("attention of “fox”"));
    for (BranchTrace &branch : trace->branches)
        if (branch.branch == Branch::Resample)
            branch.provenance = fixture::resamplerRows(2, trace->grid.patchCount());
    QCOMPARE(overlayField(*trace, OverlayKind::Resampler, {})->name, QStringLiteral("average of 2 maps"));
}

// The colours stand in the line below the picture and leave room for its words.
void TestOverlay::colourBarStaysInItsStrip()
{
    QImage image(500, 60, QImage::Format_RGB32);
    image.fill(Qt::white);
    const QRectF strip(0, 36, 500, 24);
    OverlayField field;
    field.low = 0;
    field.high = 0.125F;
    QPainter painter(&image);
    const QFontMetricsF text(painter.font());
    const QRectF box = colourBarBox(text, strip, field, true);
    QVERIFY(strip.contains(box) && box.right() == strip.right() && box.left() > 200);
    QVERIFY(colourBarBox(text, QRectF(0, 0, 180, 24), field, true).isNull());
    QVERIFY(!colourBarBox(text, QRectF(0, 0, 180, 24), field, false).isNull()); // below the words
    drawColourBar(painter, box, field, ColourMap(), panelColours(QPalette()), 0.125);
    painter.end();
    int inside = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const bool drawn = image.pixel(x, y) != qRgb(255, 255, 255);
            QVERIFY2(!drawn || box.toAlignedRect().contains(x, y), qPrintable(QStringLiteral("%1 %2").arg(x).arg(y)));
            inside += drawn;
        }
    QVERIFY(inside > 800);
}

// The token's map by a loop of its own; without a token the average; without a record the reason.
void TestOverlay::answerAttention()
{
    const auto trace = fixture::makeTrace({.answer = "fox", .attention = true});
    const auto field = overlayField(*trace, OverlayKind::Answer, {std::nullopt, 0});
    QVERIFY(field);
    for (int patch = 0; patch < trace->grid.patchCount(); ++patch) {
        double sum = 0;
        for (int token = 0; token < trace->provenance.tokens; ++token)
            sum += double(trace->attention->row(0)[std::size_t(token)])
                * double(trace->provenance.row(token)[std::size_t(patch)]);
        QVERIFY(std::abs(double(field->values[std::size_t(patch)]) - sum) < 1e-6);
    }
    QVERIFY2(field->name.contains("fox"), qPrintable(field->name));
    const QString source = fieldSource(*field);
    for (const char *part : {"layer 3 of 0–3", "mean of 8 heads", "75.0 % of it went to the picture", "range",
                             "top 1 %", "not proof of use"})
        QVERIFY2(source.contains(QString::fromUtf8(part)), qPrintable(source));
    const auto longer = std::make_shared<RunTrace>(*trace);
    longer->attention->answerTokens = 2;
    const std::vector<float> first = longer->attention->weights;
    longer->attention->weights.insert(longer->attention->weights.end(), first.begin(), first.end());
    const auto average = overlayField(*longer, OverlayKind::Answer, {std::nullopt, -1});
    QVERIFY(average && average->name.contains("average of 2"));

    QString why;
    QVERIFY(!overlayField(*fixture::makeTrace(), OverlayKind::Answer, {std::nullopt, 0}, &why));
    QVERIFY2(why.contains("Not recorded"), qPrintable(why));
}

// A token of the answer lights the patches that hold half of its map, and they light it.
void TestOverlay::answerTokensAndPatchesAreLinked()
{
    const auto trace = fixture::makeTrace({.attention = true});
    Selection selection;
    selection.setTrace(trace);
    QSignalSpy changed(&selection, &Selection::answerTokenChanged);
    selection.hover(AnswerTarget{0});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(selection.answerToken(), 0);
    const std::vector<int> patches = selection.hoverHighlight().patches;
    QVERIFY(!patches.empty());
    QCOMPARE(patches, selection.links().answerPatches(0));
    selection.hover(PatchTarget{patches.front()});
    QCOMPARE(selection.hoverHighlight().answerTokens, std::vector<int>{0});
    QCOMPARE(selection.answerToken(), -1);
    selection.lock(AnswerTarget{0}, LockMode::Replace);
    QCOMPARE(selection.answerToken(), 0);
    int outside = 0;
    while (std::ranges::find(patches, outside) != patches.end())
        ++outside;
    selection.hover(PatchTarget{outside});
    QVERIFY(selection.hoverHighlight().answerTokens.empty());
}

QTEST_MAIN(TestOverlay)
#include "tst_overlay.moc"

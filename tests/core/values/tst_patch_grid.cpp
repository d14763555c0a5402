// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <limits>
#include <numeric>

#include "qmop/patch_grid.h"

using namespace qmop;

namespace {

struct Shape {
    const char *name;
    int width, height, modelSize, patchSize;
};

constexpr Shape shapes[]
    = {{"square", 128, 128, 128, 8}, {"4:3", 640, 480, 128, 8}, {"3:4", 480, 640, 128, 8},
       {"2:1", 100, 50, 128, 8},     {"1:2", 50, 100, 128, 8},  {"3000:1", 30000, 10, 128, 8},
       {"one pixel", 1, 1, 128, 8},  {"odd", 333, 250, 128, 8}, {"CLIP-L 336", 1000, 667, 336, 14}};

}

class TestPatchGrid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void table_data();
    void table();
    void patchAtInvertsPatchInImage_data();
    void patchAtInvertsPatchInImage();
    void patchesTileTheInput_data();
    void patchesTileTheInput();
    void outsideIsNoPatch();
    void onePatchByHand();
    void partlyPaddedPatchCounts();
};

// Computed by hand from the rules of the reference processors; see patch_grid.h.
void TestPatchGrid::table_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("modelSize");
    QTest::addColumn<int>("patchSize");
    QTest::addColumn<bool>("pad");
    QTest::addColumn<double>("scaleX");
    QTest::addColumn<double>("scaleY");
    QTest::addColumn<double>("offsetX");
    QTest::addColumn<double>("offsetY");
    QTest::addColumn<int>("paddingPatches");

    QTest::newRow("square crop") << 128 << 128 << 128 << 8 << false << 1.0 << 1.0 << 0.0 << 0.0 << 0;
    QTest::newRow("square pad") << 128 << 128 << 128 << 8 << true << 1.0 << 1.0 << 0.0 << 0.0 << 0;
    // Resized to floor(128 * 640 / 480) = 170 x 128, crop from column (170 - 128) / 2 = 21.
    QTest::newRow("4:3 crop") << 640 << 480 << 128 << 8 << false << 640.0 / 170 << 3.75 << 21 * 640.0 / 170 << 0.0 << 0;
    // Square of 640 with the picture in rows 80 ... 560; patches of 40: rows 0, 1, 14, 15 are padding.
    QTest::newRow("4:3 pad") << 640 << 480 << 128 << 8 << true << 5.0 << 5.0 << 0.0 << -80.0 << 4 * 16;
    QTest::newRow("3:4 crop") << 480 << 640 << 128 << 8 << false << 3.75 << 640.0 / 170 << 0.0 << 21 * 640.0 / 170 << 0;
    QTest::newRow("3:4 pad") << 480 << 640 << 128 << 8 << true << 5.0 << 5.0 << -80.0 << 0.0 << 4 * 16;
    // 256 x 128, crop from column 64.
    QTest::newRow("2:1 crop") << 100 << 50 << 128 << 8 << false << 0.390625 << 0.390625 << 25.0 << 0.0 << 0;
    // Square of 100, picture in rows 25 ... 75, patches of 6.25: rows 0-3 and 12-15.
    QTest::newRow("2:1 pad") << 100 << 50 << 128 << 8 << true << 0.78125 << 0.78125 << 0.0 << -25.0 << 8 * 16;
    QTest::newRow("1:2 crop") << 50 << 100 << 128 << 8 << false << 0.390625 << 0.390625 << 0.0 << 25.0 << 0;
    QTest::newRow("1:2 pad") << 50 << 100 << 128 << 8 << true << 0.78125 << 0.78125 << -25.0 << 0.0 << 8 * 16;
    // 384000 x 128, crop from column 191936: 10 x 10 pixels from x = 14995.
    QTest::newRow("3000:1 crop") << 30000 << 10 << 128 << 8 << false << 0.078125 << 0.078125 << 14995.0 << 0.0 << 0;
    // Picture in rows 14995 ... 15005 of 30000, patches of 1875: rows 7 and 8 see it.
    QTest::newRow("3000:1 pad") << 30000 << 10 << 128 << 8 << true << 234.375 << 234.375 << 0.0 << -14995.0 << 14 * 16;
    QTest::newRow("one pixel crop") << 1 << 1 << 128 << 8 << false << 1 / 128.0 << 1 / 128.0 << 0.0 << 0.0 << 0;
    QTest::newRow("one pixel pad") << 1 << 1 << 128 << 8 << true << 1 / 128.0 << 1 / 128.0 << 0.0 << 0.0 << 0;
    // 170 x 128 (170.496 rounded down), crop from column 21.
    QTest::newRow("odd crop") << 333 << 250 << 128 << 8 << false << 333.0 / 170 << 1.953125 << 21 * 333.0 / 170 << 0.0
                              << 0;
    // Square of 333, picture in rows 41 ... 291 ((333 - 250) / 2 rounded down),
    // patches of 20.8125: row 0 ends at 20.8, row 1 at 41.6; row 14 starts at 291.4.
    QTest::newRow("odd pad") << 333 << 250 << 128 << 8 << true << 2.6015625 << 2.6015625 << 0.0 << -41.0 << 3 * 16;
    // 503 x 336, crop from column (503 - 336) / 2 = 83 (83.5 rounded down).
    QTest::newRow("CLIP-L 336 crop") << 1000 << 667 << 336 << 14 << false << 1000.0 / 503 << 667.0 / 336
                                     << 83 * 1000.0 / 503 << 0.0 << 0;
    // Square of 1000, picture in rows 166 ... 833, patches of 41.667: rows 0-2
    // end at 125, row 3 at 166.7; row 20 starts at 833.3.
    QTest::newRow("CLIP-L 336 pad") << 1000 << 667 << 336 << 14 << true << 1000.0 / 336 << 1000.0 / 336 << 0.0 << -166.0
                                    << 7 * 24;
}

void TestPatchGrid::table()
{
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, modelSize);
    QFETCH(int, patchSize);
    QFETCH(bool, pad);
    QFETCH(double, scaleX);
    QFETCH(double, scaleY);
    QFETCH(double, offsetX);
    QFETCH(double, offsetY);
    QFETCH(int, paddingPatches);

    const PatchGrid grid = makePatchGrid(width, height, modelSize, patchSize, pad ? FitPolicy::Pad : FitPolicy::Crop);
    QCOMPARE(grid.imageWidth, width);
    QCOMPARE(grid.imageHeight, height);
    QCOMPARE(grid.rows, modelSize / patchSize);
    QCOMPARE(grid.columns, modelSize / patchSize);
    const double tolerance = 1e-9;
    QVERIFY2(std::abs(grid.imageFromModel.scaleX - scaleX) < tolerance,
             qPrintable(QString::number(grid.imageFromModel.scaleX, 'g', 17)));
    QVERIFY2(std::abs(grid.imageFromModel.scaleY - scaleY) < tolerance,
             qPrintable(QString::number(grid.imageFromModel.scaleY, 'g', 17)));
    QVERIFY2(std::abs(grid.imageFromModel.offsetX - offsetX) < tolerance,
             qPrintable(QString::number(grid.imageFromModel.offsetX, 'g', 17)));
    QVERIFY2(std::abs(grid.imageFromModel.offsetY - offsetY) < tolerance,
             qPrintable(QString::number(grid.imageFromModel.offsetY, 'g', 17)));
    QCOMPARE(int(grid.isPadding.size()), grid.patchCount());
    QCOMPARE(std::accumulate(grid.isPadding.begin(), grid.isPadding.end(), 0), paddingPatches);
}

void TestPatchGrid::patchAtInvertsPatchInImage_data()
{
    QTest::addColumn<int>("shape");
    QTest::addColumn<bool>("pad");
    for (int i = 0; i < int(std::size(shapes)); ++i)
        for (bool pad : {false, true})
            QTest::addRow("%s %s", shapes[i].name, pad ? "pad" : "crop") << i << pad;
}

void TestPatchGrid::patchAtInvertsPatchInImage()
{
    QFETCH(int, shape);
    QFETCH(bool, pad);
    const Shape &s = shapes[shape];
    const PatchGrid grid
        = makePatchGrid(s.width, s.height, s.modelSize, s.patchSize, pad ? FitPolicy::Pad : FitPolicy::Crop);
    for (int patch = 0; patch < grid.patchCount(); ++patch) {
        const RectF box = grid.patchInImage(patch);
        QCOMPARE(grid.patchAt({box.x, box.y}), patch);
        QCOMPARE(grid.patchAt({box.x + box.width / 2, box.y + box.height / 2}), patch);
        QCOMPARE(grid.patchAt({box.right() - box.width * 1e-6, box.bottom() - box.height * 1e-6}), patch);
        const RectF inModel = grid.patchInModel(patch);
        const PointF back = grid.imageFromModel.inverse({box.x, box.y});
        QVERIFY(std::abs(back.x - inModel.x) < 1e-6 && std::abs(back.y - inModel.y) < 1e-6);
    }
}

void TestPatchGrid::patchesTileTheInput_data()
{
    patchAtInvertsPatchInImage_data();
}

// Neighbours share a border, and together they cover what the encoder saw: in
// a crop that is inside the picture, in a pad it holds the whole picture.
void TestPatchGrid::patchesTileTheInput()
{
    QFETCH(int, shape);
    QFETCH(bool, pad);
    const Shape &s = shapes[shape];
    const PatchGrid grid
        = makePatchGrid(s.width, s.height, s.modelSize, s.patchSize, pad ? FitPolicy::Pad : FitPolicy::Crop);
    const double tolerance = 1e-6;
    for (int patch = 0; patch < grid.patchCount(); ++patch) {
        const RectF box = grid.patchInImage(patch);
        if ((patch + 1) % grid.columns != 0)
            QVERIFY(std::abs(box.right() - grid.patchInImage(patch + 1).x) < tolerance);
        if (patch / grid.columns + 1 < grid.rows)
            QVERIFY(std::abs(box.bottom() - grid.patchInImage(patch + grid.columns).y) < tolerance);
    }
    const RectF first = grid.patchInImage(0);
    const RectF last = grid.patchInImage(grid.patchCount() - 1);
    if (pad) {
        QVERIFY(first.x <= tolerance && first.y <= tolerance);
        QVERIFY(last.right() >= s.width - tolerance && last.bottom() >= s.height - tolerance);
    } else {
        QVERIFY(first.x >= -tolerance && first.y >= -tolerance);
        QVERIFY(last.right() <= s.width + tolerance && last.bottom() <= s.height + tolerance);
    }
}

void TestPatchGrid::outsideIsNoPatch()
{
    const PatchGrid crop = makePatchGrid(640, 480, 128, 8, FitPolicy::Crop); // sees x from 79.06 to 560.94
    QCOMPARE(crop.patchAt({79, 10}), -1);
    QCOMPARE(crop.patchAt({79.1, 10}), 0);
    QCOMPARE(crop.patchAt({560.9, 10}), 15);
    QCOMPARE(crop.patchAt({561, 10}), -1);
    QCOMPARE(crop.patchAt({100, -0.01}), -1);
    QCOMPARE(crop.patchAt({100, 480}), -1);
    QCOMPARE(crop.patchAt({1e300, 10}), -1);
    QCOMPARE(crop.patchAt({std::numeric_limits<double>::quiet_NaN(), 10}), -1);

    const PatchGrid pad = makePatchGrid(640, 480, 128, 8, FitPolicy::Pad);
    QCOMPARE(pad.patchAt({0, -80}), 0); // padding above the picture
    QCOMPARE(pad.patchAt({0, -80.5}), -1);
    QCOMPARE(pad.patchAt({639.9, 559.9}), 255);
    QCOMPARE(pad.patchAt({640, 100}), -1);
}

void TestPatchGrid::onePatchByHand()
{
    // 2:1 crop: scale 0.390625, crop from x = 25. Patch 18 is row 1, column 2:
    // model pixels 16 ... 24 and 8 ... 16.
    const RectF box = makePatchGrid(100, 50, 128, 8, FitPolicy::Crop).patchInImage(18);
    QCOMPARE(box.x, 25 + 16 * 0.390625);
    QCOMPARE(box.y, 8 * 0.390625);
    QCOMPARE(box.width, 3.125);
    QCOMPARE(box.height, 3.125);
}

void TestPatchGrid::partlyPaddedPatchCounts()
{
    // See "odd pad": row 1 ends 0.6 pixels below the picture's upper edge.
    const PatchGrid grid = makePatchGrid(333, 250, 128, 8, FitPolicy::Pad);
    QCOMPARE(int(grid.isPadding[0]), 1);
    QCOMPARE(int(grid.isPadding[16]), 0);
    QVERIFY(grid.patchInImage(16).y < 0);
    QCOMPARE(int(grid.isPadding[13 * 16]), 0);
    QCOMPARE(int(grid.isPadding[14 * 16]), 1);
}

QTEST_APPLESS_MAIN(TestPatchGrid)
#include "tst_patch_grid.moc"

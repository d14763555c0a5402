// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/geometry/image_conversion.h"
#include "widgets/geometry/view_transform.h"

using namespace qmop;

class TestGeometry : public QObject {
    Q_OBJECT

private slots:
    void fitByHand();
    void zoomKeepsThePointUnderTheCursor();
    void zoomStopsAtTheLimits();
    void neighboursShareTheirEdge_data();
    void neighboursShareTheirEdge();
    void halvesGoOneWay();
    void modelInputByHand();
    void patchPixelsByHand();
    void conversionRoundTrip_data();
    void conversionRoundTrip();
    void transparencyOverWhite();
};

void TestGeometry::fitByHand()
{
    // 200 x 100 into 420 x 420 with margin 10: scale 2, vertically centred.
    const WidgetFromImage t = fitTransform(QRectF(0, 0, 200, 100), QSizeF(420, 420), 10);
    QCOMPARE(t.scale, 2.0);
    QCOMPARE(t.map(QPointF(0, 0)), QPointF(10, 110));
    QCOMPARE(t.map(QPointF(200, 100)), QPointF(410, 310));
    QCOMPARE(t.inverse(QPointF(210, 210)), QPointF(100, 50));
    QCOMPARE(fitTransform(QRectF(), QSizeF(420, 420), 10).scale, 1.0);
}

void TestGeometry::zoomKeepsThePointUnderTheCursor()
{
    WidgetFromImage t{1.5, {12, -7}};
    const QPointF cursor(133, 57);
    const QPointF before = t.inverse(cursor);
    t = zoomedAt(t, cursor, 3.2);
    QCOMPARE(t.scale, 4.8);
    QVERIFY(QLineF(t.inverse(cursor), before).length() < 1e-9);
    QCOMPARE(panned(t, {5, 6}).map(before), cursor + QPointF(5, 6));
}

void TestGeometry::zoomStopsAtTheLimits()
{
    QCOMPARE(zoomedAt({1, {}}, {}, 1e9).scale, maxScale);
    QCOMPARE(zoomedAt({1, {}}, {}, 1e-9).scale, minScale);
    // A fitted 1x1 picture starts beyond the limit and must not jump back.
    QCOMPARE(zoomedAt({700, {}}, {}, 1.25).scale, 700.0);
    QCOMPARE(zoomedAt({700, {}}, {}, 0.5).scale, 350.0);
}

void TestGeometry::neighboursShareTheirEdge_data()
{
    QTest::addColumn<double>("scale");
    QTest::addColumn<double>("dpr");
    for (double scale : {0.013, 0.4, 1.0, 1.37, 7.9, 333.3})
        for (double dpr : {1.0, 1.25, 2.0})
            QTest::addRow("scale %g dpr %g", scale, dpr) << scale << dpr;
}

void TestGeometry::neighboursShareTheirEdge()
{
    QFETCH(double, scale);
    QFETCH(double, dpr);
    const PatchGrid grid = makePatchGrid(333, 250, 128, 8, FitPolicy::Pad);
    const WidgetFromImage t{scale, {-31.7, 4.3}};
    for (int patch = 0; patch + grid.columns < grid.patchCount(); ++patch) {
        const QRect box = patchDeviceRect(grid, patch, t, dpr);
        if ((patch + 1) % grid.columns != 0)
            QCOMPARE(patchDeviceRect(grid, patch + 1, t, dpr).left(), box.left() + box.width());
        QCOMPARE(patchDeviceRect(grid, patch + grid.columns, t, dpr).top(), box.top() + box.height());
    }
}

// A picture in the middle of a width of its own: patch borders in the middle of a pixel.
void TestGeometry::halvesGoOneWay()
{
    const PatchGrid grid = makePatchGrid(640, 480, 128, 8, FitPolicy::Crop);
    for (int width = 200; width < 600; ++width) {
        const WidgetFromImage fitted = fitTransform({0, 0, 640, 480}, QSizeF(width, 285), 16);
        const QPointF centre = fitted.inverse(QPointF(width / 2.0, 142.5));
        WidgetFromImage t; // the same by way of shares of the picture, as locked views take it
        t.scale = fitted.scale * 640 / 640;
        t.offset = QPointF(width / 2.0, 142.5) - QPointF(centre.x() / 640 * 640, centre.y() / 480 * 480) * t.scale;
        for (int patch = 0; patch + 1 < grid.columns; ++patch) {
            const QRect box = patchDeviceRect(grid, patch, t, 1);
            QCOMPARE(patchDeviceRect(grid, patch + 1, t, 1).left(), box.left() + box.width());
        }
    }
}

void TestGeometry::modelInputByHand()
{
    // Square of 640 around 640 x 480, and the middle 128 of 170 columns.
    QCOMPARE(modelInputInImage(makePatchGrid(640, 480, 128, 8, FitPolicy::Pad)), QRectF(0, -80, 640, 640));
    const QRectF crop = modelInputInImage(makePatchGrid(640, 480, 128, 8, FitPolicy::Crop));
    QCOMPARE(crop.left(), 21 * 640.0 / 170);
    QCOMPARE(crop.width(), 128 * 640.0 / 170);
    QCOMPARE(crop.height(), 480.0);
}

void TestGeometry::patchPixelsByHand()
{
    // Pad of 640 x 480: patches of 40 pixels, rows 0 and 1 lie above the picture.
    const PatchGrid pad = makePatchGrid(640, 480, 128, 8, FitPolicy::Pad);
    QCOMPARE(patchPixels(pad, 0), QRect());
    QCOMPARE(patchPixels(pad, 2 * 16), QRect(0, 0, 40, 40));
    QCOMPARE(patchPixels(pad, 13 * 16 + 15), QRect(600, 440, 40, 40));
    // Odd sizes: row 1 covers picture rows -20.19 ... 0.625.
    const PatchGrid odd = makePatchGrid(333, 250, 128, 8, FitPolicy::Pad);
    QCOMPARE(patchPixels(odd, 16), QRect(0, 0, 21, 1));
}

void TestGeometry::conversionRoundTrip_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    for (auto [w, h] : {std::pair{1, 1}, {7, 3}, {8, 3}, {13, 1}, {1, 9}, {255, 2}})
        QTest::addRow("%d x %d", w, h) << w << h;
}

void TestGeometry::conversionRoundTrip()
{
    QFETCH(int, width);
    QFETCH(int, height);
    ImageU8 image{width, height, {}};
    for (std::size_t i = 0; i < image.pixelCount() * 3; ++i)
        image.rgb.push_back(std::uint8_t(i * 37 % 251));
    const QImage shown = toQImage(image);
    QCOMPARE(shown.size(), QSize(width, height));
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            QCOMPARE(shown.pixel(x, y), qRgb(image.at(x, y)[0], image.at(x, y)[1], image.at(x, y)[2]));
    const ImageU8 back = fromQImage(shown);
    QCOMPARE(back.width, width);
    QVERIFY(back.rgb == image.rgb);
    QVERIFY(toQImage(ImageU8()).isNull());
    QVERIFY(fromQImage(QImage()).empty());
}

void TestGeometry::transparencyOverWhite()
{
    QImage image(3, 1, QImage::Format_ARGB32);
    image.setPixel(0, 0, qRgba(0, 0, 0, 0));
    image.setPixel(1, 0, qRgba(10, 20, 30, 255));
    image.setPixel(2, 0, qRgba(0, 0, 0, 255));
    const ImageU8 flat = fromQImage(image);
    QVERIFY(flat.rgb == (std::vector<std::uint8_t>{255, 255, 255, 10, 20, 30, 0, 0, 0}));
}

QTEST_MAIN(TestGeometry)
#include "tst_geometry.moc"

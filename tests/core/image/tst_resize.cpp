// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <fstream>

#include <nlohmann/json.hpp>

#include "core/image/resize.h"
#include "noise.h"
#include "qmop/sha256.h"

using namespace qmop;
using nlohmann::json;

class TestResize : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pillow_data();
    void pillow();
    void bilinearByHand();
    void constantStaysConstant();
    void sameSizeIsACopy();
    void regionEqualsCropOfWhole_data();
    void regionEqualsCropOfWhole();
    void onSquareEqualsPaddingFirst_data();
    void onSquareEqualsPaddingFirst();
    void hugeTargetCostsTheRegionOnly();

private:
    json m_golden;
};

void TestResize::initTestCase()
{
    std::ifstream file(QMOP_SOURCE_DIR "/tests/golden/resize_golden.json");
    m_golden = json::parse(file);
    QVERIFY(m_golden["cases"].size() >= 24);
}

void TestResize::pillow_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(m_golden["cases"].size()); ++i) {
        const json &c = m_golden["cases"][i];
        QTest::addRow("%d x %d to %d x %d %s", c["source"][0].get<int>(), c["source"][1].get<int>(),
                      c["target"][0].get<int>(), c["target"][1].get<int>(), c["filter"].get<std::string>().c_str())
            << i;
    }
}

void TestResize::pillow()
{
    QFETCH(int, index);
    const json &c = m_golden["cases"][index];
    const ImageU8 resized = resizeImage(noiseImage(c["source"][0], c["source"][1]), c["target"][0], c["target"][1],
                                        c["filter"] == "bicubic" ? ResizeFilter::Bicubic : ResizeFilter::Bilinear);
    QCOMPARE(resized.width, c["target"][0].get<int>());
    QCOMPARE(resized.height, c["target"][1].get<int>());
    std::vector<int> head(resized.rgb.begin(), resized.rgb.begin() + std::min<std::ptrdiff_t>(6, resized.rgb.size()));
    QCOMPARE(head, c["head"].get<std::vector<int>>());
    QCOMPARE(sha256Hex(resized.rgb), c["sha256"].get<std::string>());
}

// Two pixels 0 and 100 to four: centres at 0.25, 0.75, 1.25, 1.75 of the source.
void TestResize::bilinearByHand()
{
    const ImageU8 source{2, 1, {0, 0, 0, 100, 100, 100}};
    const ImageU8 four = resizeImage(source, 4, 1, ResizeFilter::Bilinear);
    QCOMPARE(int(four.at(0, 0)[0]), 0);
    QCOMPARE(int(four.at(1, 0)[0]), 25);
    QCOMPARE(int(four.at(2, 0)[1]), 75);
    QCOMPARE(int(four.at(3, 0)[2]), 100);
    // Shrunk to one pixel the filter is widened to both: their mean.
    QCOMPARE(int(resizeImage(source, 1, 1, ResizeFilter::Bilinear).at(0, 0)[0]), 50);
}

void TestResize::constantStaysConstant()
{
    for (int value : {0, 1, 104, 122, 254, 255}) {
        ImageU8 flat{53, 1999, {}};
        flat.rgb.assign(flat.pixelCount() * 3, std::uint8_t(value));
        for (ResizeFilter filter : {ResizeFilter::Bilinear, ResizeFilter::Bicubic})
            for (std::uint8_t byte : resizeImage(flat, 61, 7, filter).rgb)
                QCOMPARE(int(byte), value);
    }
}

void TestResize::sameSizeIsACopy()
{
    const ImageU8 image = noiseImage(19, 11);
    QVERIFY(resizeImage(image, 19, 11, ResizeFilter::Bicubic).rgb == image.rgb);
}

void TestResize::regionEqualsCropOfWhole_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::newRow("down") << 40 << 31;
    QTest::newRow("up") << 200 << 150;
    QTest::newRow("same width") << 73 << 40;
    QTest::newRow("same height") << 40 << 59;
    QTest::newRow("same") << 73 << 59;
}

void TestResize::regionEqualsCropOfWhole()
{
    QFETCH(int, width);
    QFETCH(int, height);
    const ImageU8 source = noiseImage(73, 59);
    const ImageU8 whole = resizeImage(source, width, height, ResizeFilter::Bicubic);
    const ResizeRegion region{width / 3, height / 4, width / 2, height / 2};
    const ImageU8 part = resizeRegion(source, width, height, region, ResizeFilter::Bicubic);
    QCOMPARE(part.width, region.width);
    QCOMPARE(part.height, region.height);
    for (int y = 0; y < region.height; ++y)
        for (int x = 0; x < region.width; ++x)
            for (int c = 0; c < 3; ++c)
                QCOMPARE(part.at(x, y)[c], whole.at(x + int(region.left), y + int(region.top))[c]);
}

void TestResize::onSquareEqualsPaddingFirst_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("size");
    QTest::newRow("wide, down") << 91 << 40 << 32;
    QTest::newRow("tall, down") << 40 << 91 << 32;
    QTest::newRow("tall, up") << 13 << 20 << 64;
    QTest::newRow("same side") << 64 << 11 << 64;
    QTest::newRow("square") << 48 << 48 << 32;
    QTest::newRow("lying strip") << 1200 << 3 << 32;
    QTest::newRow("upright strip") << 3 << 1200 << 32;
    QTest::newRow("a line") << 1001 << 1 << 16;
    QTest::newRow("an upright line") << 1 << 1001 << 16;
    QTest::newRow("strip, up") << 2 << 100 << 336;
    QTest::newRow("one output row sees it all") << 700 << 700 << 1;
}

void TestResize::onSquareEqualsPaddingFirst()
{
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, size);
    const ImageU8 picture = noiseImage(width, height);
    const std::array<std::uint8_t, 3> colour{122, 116, 104};
    const int side = std::max(width, height);
    ImageU8 square{side, side, {}};
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const int px = x - (side - width) / 2, py = y - (side - height) / 2;
            const bool inside = px >= 0 && px < width && py >= 0 && py < height;
            const std::uint8_t *from = inside ? picture.at(px, py) : colour.data();
            square.rgb.insert(square.rgb.end(), from, from + 3);
        }
    for (ResizeFilter filter : {ResizeFilter::Bicubic, ResizeFilter::Bilinear})
        QVERIFY(resizeOnSquare(picture, colour, size, filter).rgb == resizeImage(square, size, size, filter).rgb);
}

// In full this would be 150 GB; the pixel limit lets such pictures in.
void TestResize::hugeTargetCostsTheRegionOnly()
{
    const ImageU8 strip = noiseImage(1000000, 2);
    const std::int64_t width = 336LL * 1000000 / 2;
    const ImageU8 part = resizeRegion(strip, width, 336, {(width - 336) / 2, 0, 336, 336}, ResizeFilter::Bicubic);
    QCOMPARE(part.width, 336);
    const ImageU8 square = resizeOnSquare(strip, {1, 2, 3}, 32, ResizeFilter::Bilinear);
    QCOMPARE(int(square.at(0, 0)[2]), 3);
    // Upright, where every row of the square is mostly padding: no cost either.
    const ImageU8 upright = resizeOnSquare(noiseImage(2, 1000000), {1, 2, 3}, 32, ResizeFilter::Bilinear);
    QCOMPARE(int(upright.at(0, 0)[2]), 3);
}

QTEST_APPLESS_MAIN(TestResize)
#include "tst_resize.moc"

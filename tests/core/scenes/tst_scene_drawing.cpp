// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/canvas.h"
#include "core/scenes/catalogue.h"
#include "core/scenes/random.h"
#include "core/scenes/scene.h"
#include "core/scenes/styles.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

using namespace qmop::scenes;

namespace {

constexpr int pixel = unitsPerSide / 128; // units per pixel at 128 px

int valueAt(Canvas &canvas, int x, int y, int channel = 0)
{
    return canvas.rgb()[(std::size_t(y) * canvas.size() + x) * 3 + channel];
}

Sprite randomSprite(int width, int height)
{
    Random random(5);
    SpriteLevel level{width, height, {}};
    for (int i = 0; i < width * height; ++i) {
        const int alpha = random.below(256);
        for (int c = 0; c < 3; ++c)
            level.rgba.push_back(std::uint8_t(random.below(alpha + 1)));
        level.rgba.push_back(std::uint8_t(alpha));
    }
    return withLevels(level);
}

std::vector<std::uint8_t> randomPicture(int size)
{
    Random random(9);
    std::vector<std::uint8_t> rgb(std::size_t(size) * size * 3);
    for (std::uint8_t &value : rgb)
        value = std::uint8_t(random.below(256));
    return rgb;
}

} // namespace

class TestSceneDrawing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomIntegers();
    void sines();
    void coverageByHand();
    void polygonAgainstSampling();
    void evenOddHole();
    void spriteAgainstDoubles_data();
    void spriteAgainstDoubles();
    void outsideIsClipped();
    void owners();
    void styleByHand();
    void blurAgainstDoubles();
};

void TestSceneDrawing::randomIntegers()
{
    // The published first outputs of SplitMix64 for the seed 1234567.
    Random reference(1234567);
    for (const std::uint64_t expected : {6457827717110365317ull, 3203168211198807973ull, 9817491932198370423ull})
        QCOMPARE(reference.next(), expected);
    Random random(1);
    std::array<int, 7> counts{};
    for (int i = 0; i < 70000; ++i)
        ++counts[std::size_t(random.between(3, 9) - 3)];
    for (const int count : counts)
        QVERIFY(std::abs(count - 10000) < 500); // five standard deviations are 463
}

void TestSceneDrawing::sines()
{
    for (int step = -64; step < 128; ++step)
        QVERIFY(std::abs(sine64(step) - 16384 * std::sin(step * 2 * M_PI / 64)) <= 0.51);
}

void TestSceneDrawing::coverageByHand()
{
    Canvas canvas(128);
    // From the middle of pixel 2 to a quarter of pixel 5, rows 1 and the upper half of 2.
    canvas.rectangle(2 * pixel + pixel / 2, pixel, 2 * pixel + pixel * 3 / 4, pixel + pixel / 2, {200, 100, 0});
    QCOMPARE(valueAt(canvas, 1, 1), 0);
    QCOMPARE(valueAt(canvas, 2, 1), 100);
    QCOMPARE(valueAt(canvas, 3, 1), 200);
    QCOMPARE(valueAt(canvas, 5, 1), 50);
    QCOMPARE(valueAt(canvas, 6, 1), 0);
    QCOMPARE(valueAt(canvas, 3, 2), 100);
    QCOMPARE(valueAt(canvas, 2, 2), 50);
    QCOMPARE(valueAt(canvas, 3, 0), 0);
    QCOMPARE(valueAt(canvas, 3, 3), 0);
    QCOMPARE(valueAt(canvas, 3, 1, 1), 100);
}

void TestSceneDrawing::polygonAgainstSampling()
{
    const std::vector<UnitPoint> points{{900, 700}, {7300, 1500}, {4000, 3000}, {6900, 7700}, {1200, 6100}};
    Canvas canvas(128);
    canvas.polygon(points, {255, 255, 255});
    double worst = 0;
    for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 128; ++x) {
            int inside = 0;
            for (int s = 0; s < 32 * 32; ++s) {
                const double px = (x + (s % 32 + 0.5) / 32) * pixel, py = (y + (s / 32 + 0.5) / 32) * pixel;
                bool in = false;
                for (std::size_t i = 0, j = points.size() - 1; i < points.size(); j = i++) {
                    const UnitPoint &a = points[i], &b = points[j];
                    if ((a.y > py) != (b.y > py) && px < a.x + (b.x - a.x) * (py - a.y) / double(b.y - a.y))
                        in = !in;
                }
                inside += in;
            }
            worst = std::max(worst, std::abs(valueAt(canvas, x, y) - 255.0 * inside / 1024));
        }
    // Four sample rows per pixel: at a flat edge up to an eighth of the pixel is misjudged.
    QVERIFY2(worst <= 255.0 / 8 + 4, qPrintable(QString::number(worst)));
}

void TestSceneDrawing::evenOddHole()
{
    const std::vector<UnitPoint> points{{0, 0},     {640, 0},   {640, 640}, {0, 640},
                                        {192, 192}, {448, 192}, {448, 448}, {192, 448}};
    const std::array<int, 2> ends{4, 8};
    Canvas canvas(128);
    canvas.polygon(points, {255, 255, 255}, 256, ends);
    for (int y = 0; y < 10; ++y)
        for (int x = 0; x < 10; ++x) {
            const bool hole = x >= 3 && x < 7 && y >= 3 && y < 7;
            QCOMPARE(valueAt(canvas, x, y), hole ? 0 : 255);
        }
}

void TestSceneDrawing::spriteAgainstDoubles_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("mirrored");
    for (const int width : {12 * pixel, 20 * pixel + 13, 31 * pixel + 50})
        for (const bool mirrored : {false, true})
            QTest::addRow("%d units%s", width, mirrored ? ", mirrored" : "") << width << mirrored;
}

void TestSceneDrawing::spriteAgainstDoubles()
{
    QFETCH(int, width);
    QFETCH(bool, mirrored);
    const Sprite sprite = randomSprite(24, 18);
    const int left = 1234, top = 2345, height = width * 3 / 4;
    Canvas canvas(128);
    canvas.gradient(0, unitsPerSide, {90, 90, 90}, {90, 90, 90});
    canvas.sprite(sprite, left, top, width, height, mirrored);

    const SpriteLevel *level = &sprite.levels[0];
    if (level->width / (width / double(pixel)) > 1.4)
        level = &sprite.levels[1];
    const auto at = [&](int x, int y, int c) {
        const bool in = x >= 0 && y >= 0 && x < level->width && y < level->height;
        return in ? double(level->rgba[(std::size_t(y) * level->width + x) * 4 + c]) : 0.0;
    };
    for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 128; ++x) {
            double sx = (x + 0.5 - left / double(pixel)) * level->width / (width / double(pixel)) - 0.5;
            const double sy = (y + 0.5 - top / double(pixel)) * level->height / (height / double(pixel)) - 0.5;
            if (mirrored)
                sx = level->width - 1 - sx;
            const int ix = int(std::floor(sx)), iy = int(std::floor(sy));
            const double fx = sx - ix, fy = sy - iy;
            std::array<double, 4> value{};
            for (int c = 0; c < 4; ++c)
                value[std::size_t(c)] = (at(ix, iy, c) * (1 - fx) + at(ix + 1, iy, c) * fx) * (1 - fy)
                    + (at(ix, iy + 1, c) * (1 - fx) + at(ix + 1, iy + 1, c) * fx) * fy;
            for (int c = 0; c < 3; ++c) {
                const double expected = value[std::size_t(c)] + 90 * (1 - value[3] / 255);
                QVERIFY(std::abs(valueAt(canvas, x, y, c) - expected) <= 3.0);
            }
        }
}

void TestSceneDrawing::outsideIsClipped()
{
    Canvas canvas(128);
    const Sprite sprite = randomSprite(16, 16);
    for (const int at : {-3000, -700, unitsPerSide - 500, unitsPerSide + 10}) {
        canvas.sprite(sprite, at, at, 1500, 1500, false);
        canvas.ellipse(at, at, 900, 900, {255, 0, 0});
        canvas.rectangle(at, 0, 1000, unitsPerSide + 4000, {0, 255, 0});
    }
    canvas.sprite(sprite, 0, 0, 0, 10, false);
    QCOMPARE(int(canvas.rgb().size()), 128 * 128 * 3);
    QCOMPARE(valueAt(canvas, 0, 0, 1), 255);
    QCOMPARE(valueAt(canvas, 64, 64), 0);
}

void TestSceneDrawing::owners()
{
    Canvas canvas(128);
    canvas.keepOwners();
    canvas.setOwner(3);
    // Covers pixel 4 by 3/4 and pixel 6 by a quarter.
    canvas.rectangle(4 * pixel + pixel / 4, 0, 2 * pixel, pixel, {255, 255, 255});
    QCOMPARE(int(canvas.owners()[3]), 0);
    QCOMPARE(int(canvas.owners()[4]), 3);
    QCOMPARE(int(canvas.owners()[5]), 3);
    QCOMPARE(int(canvas.owners()[6]), 0);
}

void TestSceneDrawing::styleByHand()
{
    const std::vector<std::uint8_t> before = randomPicture(128);
    std::vector<std::uint8_t> negative = before, pixels = before, plain = before, sepia = before;
    applyStyle(Plain, 128, plain);
    QCOMPARE(plain, before);
    applyStyle(Negative, 128, negative);
    applyStyle(Pixel, 128, pixels);
    applyStyle(Sepia, 128, sepia);
    std::set<std::array<int, 3>> tones;
    for (std::size_t i = 0; i < before.size(); ++i)
        QCOMPARE(negative[i] + before[i], 255);
    for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 128; ++x) {
            const std::size_t at = (std::size_t(y) * 128 + x) * 3;
            tones.insert({sepia[at], sepia[at + 1], sepia[at + 2]});
            const int bx = x & ~1, by = y & ~1;
            int sum = 0;
            for (int k = 0; k < 4; ++k)
                sum += before[(std::size_t(by + k / 2) * 128 + bx + k % 2) * 3];
            QCOMPARE(int(pixels[at]), (sum + 2) / 4);
        }
    QVERIFY(tones.size() <= 256); // one tone per grey
    std::vector<std::uint8_t> flat(before.size(), 77);
    applyStyle(Sketch, 128, flat);
    QCOMPARE(int(*std::min_element(flat.begin(), flat.end())), 248); // paper, no line
}

void TestSceneDrawing::blurAgainstDoubles()
{
    for (const int size : {128, 512}) {
        const std::vector<std::uint8_t> before = randomPicture(size);
        std::vector<std::uint8_t> after = before;
        applyStyle(Blur, size, after);
        // Three boxes one after the other are one kernel.
        const int radius = size == 128 ? 1 : 5;
        std::vector<double> kernel{1};
        for (int pass = 0; pass < 3; ++pass) {
            std::vector<double> wider(kernel.size() + 2 * std::size_t(radius), 0);
            for (std::size_t i = 0; i < kernel.size(); ++i)
                for (int k = 0; k <= 2 * radius; ++k)
                    wider[i + std::size_t(k)] += kernel[i] / (2 * radius + 1);
            kernel = wider;
        }
        const int reach = 3 * radius;
        for (int i = 0; i < 200; ++i) {
            const int x = reach + i * 7 % (size - 2 * reach), y = reach + i * 13 % (size - 2 * reach);
            double expected = 0;
            for (int dy = -reach; dy <= reach; ++dy)
                for (int dx = -reach; dx <= reach; ++dx)
                    expected += kernel[std::size_t(dy + reach)] * kernel[std::size_t(dx + reach)]
                        * before[(std::size_t(y + dy) * size + x + dx) * 3 + 1];
            QVERIFY(std::abs(expected - after[(std::size_t(y) * size + x) * 3 + 1]) <= 2.5);
        }
    }
}

QTEST_APPLESS_MAIN(TestSceneDrawing)
#include "tst_scene_drawing.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The shipped model says when a picture looks unlike its training pictures: seldom of held-out scenes, of noise, of
// photographs and of what has a photograph's texture and light. The photographs are those of Debian's mate-backgrounds
// (packaging/debian-test-packages.txt names it for the tests); QMOP_PHOTOGRAPHS names another folder of pictures.
#include "core/image/decode.h"
#include "core/image/prepare.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/stages.h"
#include "core/scenes/scene.h"
#include "tests/fixtures/bmp_header.h"

#include <ATen/ATen.h>

#include <QDir>
#include <QTest>

#include <cmath>
#include <random>

using namespace qmop;

namespace {

constexpr int scenesAsked = 200;
constexpr int reportedAtMost = scenesAsked * 2 / 100;
constexpr int side = 128;

ImageU8 pictureOf(const std::function<float(int x, int y, int channel)> &value)
{
    ImageU8 image{side, side, std::vector<std::uint8_t>(std::size_t(side) * side * 3)};
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            for (int c = 0; c < 3; ++c)
                image.rgb[std::size_t((y * side + x) * 3 + c)] = std::uint8_t(std::clamp(value(x, y, c), 0.F, 255.F));
    return image;
}

// Squares of `grain` pixels, each of a colour of its own.
ImageU8 noisePicture(std::uint32_t seed, int grain)
{
    std::mt19937 random(seed);
    std::vector<float> values(std::size_t(side) * side * 3);
    for (float &value : values)
        value = float(random() % 256);
    return pictureOf(
        [&](int x, int y, int c) { return values[std::size_t(((y / grain) * side + x / grain) * 3 + c)]; });
}

// Smooth noise on a lattice of `cell` pixels, -1 ... 1.
float latticeNoise(const std::vector<float> &lattice, float x, float y, float cell)
{
    const float u = x / cell, v = y / cell;
    const int column = int(u), row = int(v);
    const float a = u - float(column), b = v - float(row);
    const auto at = [&](int i, int k) { return lattice[std::size_t(((row + k) % side) * side + (column + i) % side)]; };
    return (at(0, 0) * (1 - a) + at(1, 0) * a) * (1 - b) + (at(0, 1) * (1 - a) + at(1, 1) * a) * b;
}

// Texture in all sizes with falling strength, as photographs have it, tinted, lit from one side.
ImageU8 texturedPicture(std::uint32_t seed)
{
    std::mt19937 random(seed);
    const auto unit = [&random] { return float(random() % 10'000) / 10'000; };
    std::vector<float> lattice(std::size_t(side) * side);
    for (float &value : lattice)
        value = 2 * unit() - 1;
    const float red = 60 + 120 * unit(), green = 60 + 120 * unit(), blue = 60 + 120 * unit(), slope = unit() - 0.5F;
    return pictureOf([&](int x, int y, int c) {
        float height = 0, strength = 90;
        for (float cell = 43; cell > 1.5F; cell /= 2, strength *= 0.6F)
            height += strength * latticeNoise(lattice, float(x) + cell * float(c == 2), float(y), cell);
        return (c == 0 ? red : c == 1 ? green : blue) + height + slope * float(x);
    });
}

// The square of `length` pixels whose top left corner is x, y.
ImageU8 cut(const ImageU8 &image, int x, int y, int length)
{
    ImageU8 square{length, length, {}};
    for (int row = 0; row < length; ++row)
        square.rgb.insert(square.rgb.end(), image.at(x, y + row), image.at(x, y + row) + std::size_t(length) * 3);
    return square;
}

// Of a photograph the largest square in its middle, and that square's quarters.
std::vector<ImageU8> cutsOf(const ImageU8 &photograph)
{
    const int length = std::min(photograph.width, photograph.height);
    const int left = (photograph.width - length) / 2, top = (photograph.height - length) / 2, half = length / 2;
    return {cut(photograph, left, top, length), cut(photograph, left, top, half),
            cut(photograph, left + half, top, half), cut(photograph, left, top + half, half),
            cut(photograph, left + half, top + half, half)};
}

} // namespace

class TestUnlikePictures : public QObject {
    Q_OBJECT

private:
    double distance(const ImageU8 &image) const
    {
        const PixelInput input = preparePixels(image, m_model->preprocess());
        const at::Tensor pixels = at::tensor(at::ArrayRef<float>(input.pixels)).view({1, 3, side, side});
        return *encodePicture(*m_model, pixels, [](int, int) {}).distance;
    }

    std::unique_ptr<LoadedModel> m_model;

private Q_SLOTS:
    void initTestCase()
    {
        m_model = std::make_unique<LoadedModel>(QMOP_SOURCE_DIR "/models/zoo/scenes-tiny");
        QVERIFY2(m_model->pictureStatistics(),
                 "new weights need: qmop train --recipe ... --survey models/zoo/scenes-tiny");
    }

    void scenesPass()
    {
        const scenes::Generator generator(QMOP_SOURCE_DIR "/resources/scenes");
        int reported = 0;
        for (int n = 0; n < scenesAsked; ++n) {
            const std::uint64_t seed = scenes::seedAt(std::uint64_t(50'000 + n), scenes::Split::HeldOut);
            reported += distance(generator.make(seed, scenes::Split::HeldOut, side).image) > 1;
        }
        qInfo("%d of %d scenes are reported", reported, scenesAsked);
        QVERIFY(reported <= reportedAtMost);
    }

    void noiseIsReported()
    {
        for (const int grain : {1, 2, 4, 8, 16})
            for (std::uint32_t seed = 1; seed <= 4; ++seed) {
                const double far = distance(noisePicture(seed, grain));
                QVERIFY2(far > 1, qPrintable(QString("grain %1: %2").arg(grain).arg(far)));
            }
    }

    void photographicTextureIsReported()
    {
        int reported = 0;
        for (std::uint32_t seed = 1; seed <= 40; ++seed)
            reported += distance(texturedPicture(seed)) > 1;
        QVERIFY2(reported >= 38, qPrintable(QString::number(reported)));
    }

    void photographsAreReported()
    {
        const QDir folder(qEnvironmentVariable("QMOP_PHOTOGRAPHS", "/usr/share/backgrounds/mate/nature"));
        const QStringList names = folder.entryList({"*.jpg", "*.png"}, QDir::Files, QDir::Name);
        if (names.isEmpty())
            QSKIP("no photographs: install Debian's mate-backgrounds, or set QMOP_PHOTOGRAPHS");
        int reported = 0, asked = 0;
        for (const QString &name : names) {
            const DecodedImage photograph = loadImage(folder.filePath(name).toStdString());
            QStringList distances;
            for (const ImageU8 &square : cutsOf(*photograph.image)) {
                const double far = distance(square);
                reported += far > 1;
                ++asked;
                distances << QString::number(far, 'f', 2);
            }
            qInfo("%s: whole and quarters %s", qPrintable(name), qPrintable(distances.join(' ')));
        }
        qInfo("%d of %d are reported", reported, asked);
        QVERIFY(reported >= 0.95 * asked);
    }

    // What a run says of it, also where its features come from the cache.
    void runsSayIt()
    {
        Pipeline pipeline({QMOP_SOURCE_DIR "/models/zoo/scenes-tiny", 0, 1'000'000});
        const ImageU8 noise = noisePicture(1, 2);
        std::string bytes = bmpHeader(side, side);
        for (int y = side - 1; y >= 0; --y)
            for (int x = 0; x < side; ++x)
                bytes += {char(noise.at(x, y)[2]), char(noise.at(x, y)[1]), char(noise.at(x, y)[0])};
        RunRequest request;
        request.image = {"noise.bmp", {bytes.begin(), bytes.end()}};
        request.question = "what is this?";
        for (const int passes : {1, 0}) {
            const auto trace = pipeline.run(request);
            QCOMPARE(trace->visionPasses, passes);
            QVERIFY(trace->pictureDistance && *trace->pictureDistance > 1);
            QCOMPARE(trace->notices.size(), std::size_t(1));
            QVERIFY2(trace->notices[0].find("unlike the pictures that the model was trained on (distance ")
                         != std::string::npos,
                     trace->notices[0].c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestUnlikePictures)
#include "tst_unlike_pictures.moc"

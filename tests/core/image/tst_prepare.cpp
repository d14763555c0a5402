// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <QTemporaryDir>

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/image/prepare.h"
#include "noise.h"
#include "qmop/error.h"
#include "qmop/sha256.h"

using namespace qmop;
using nlohmann::json;

class TestPrepare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void golden_data();
    void golden();
    void onePixelByHand();
    void padColourIsTruncated();
    void patchesShowWhatTheGridSays_data();
    void patchesShowWhatTheGridSays();
    void readConfig_data();
    void readConfig();
    void refusedConfig_data();
    void refusedConfig();

private:
    json m_golden;
};

void TestPrepare::initTestCase()
{
    std::ifstream file(QMOP_SOURCE_DIR "/tests/golden/preprocess_golden.json");
    m_golden = json::parse(file);
    QVERIFY(m_golden["cases"].size() >= 40);
}

void TestPrepare::golden_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(m_golden["cases"].size()); ++i) {
        const json &c = m_golden["cases"][i];
        QTest::addRow("%d x %d %s %d", c["source"][0].get<int>(), c["source"][1].get<int>(),
                      c["fit"].get<std::string>().c_str(), c["size"].get<int>())
            << i;
    }
}

void TestPrepare::golden()
{
    QFETCH(int, index);
    const json &c = m_golden["cases"][index];
    PreprocessConfig config;
    config.size = c["size"];
    config.patchSize = config.size == 128 ? 8 : 14;
    config.fit = c["fit"] == "pad" ? FitPolicy::Pad : FitPolicy::Crop;
    const PixelInput input = preparePixels(noiseImage(c["source"][0], c["source"][1]), config);
    const std::size_t side = std::size_t(config.size);
    QCOMPARE(input.pixels.size(), 3 * side * side);
    for (std::size_t channel = 0; channel < 3; ++channel)
        QCOMPARE(input.pixels[(channel * side + side / 3) * side + side / 2], c["picked"][channel].get<float>());
    QCOMPARE(sha256Hex(std::as_bytes(std::span(input.pixels))), c["sha256"].get<std::string>());
    QCOMPARE(input.grid.rows, config.size / config.patchSize);
    QCOMPARE(input.grid.fit, config.fit);
}

void TestPrepare::onePixelByHand()
{
    PreprocessConfig config;
    config.size = 2;
    config.patchSize = 1;
    config.mean = {0.5F, 0.25F, 0};
    config.std = {0.5F, 0.25F, 1};
    const PixelInput input = preparePixels(ImageU8{1, 1, {255, 0, 51}}, config);
    const std::vector<float> expected{1, 1, 1, 1, -1, -1, -1, -1, 0.2F, 0.2F, 0.2F, 0.2F};
    QCOMPARE(input.pixels, expected);
}

void TestPrepare::padColourIsTruncated()
{
    // 0.48145466 * 255 = 122.77, 0.4578275 * 255 = 116.75, 0.40821073 * 255 = 104.09
    QCOMPARE(PreprocessConfig().padColour(), (std::array<std::uint8_t, 3>{122, 116, 104}));
}

void TestPrepare::patchesShowWhatTheGridSays_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<bool>("pad");
    for (auto [width, height] : {std::pair(160, 160), std::pair(640, 480), std::pair(480, 640), std::pair(900, 300),
                                 std::pair(250, 333), std::pair(64, 48)})
        for (bool pad : {false, true})
            QTest::addRow("%d x %d %s", width, height, pad ? "pad" : "crop") << width << height << pad;
}

// Paint the region of one patch on a dark picture: in the encoder's input the
// brightness is centred on that patch, within a tenth of a model pixel.
void TestPrepare::patchesShowWhatTheGridSays()
{
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(bool, pad);
    PreprocessConfig config;
    config.size = 128;
    config.patchSize = 16;
    config.fit = pad ? FitPolicy::Pad : FitPolicy::Crop;
    const PatchGrid grid = makePatchGrid(width, height, config.size, config.patchSize, config.fit);
    const int patch = 4 * grid.columns + 3;
    const RectF box = grid.patchInImage(patch);
    ImageU8 image{width, height, {}};
    image.rgb.assign(image.pixelCount() * 3, 0);
    double sourceX = 0, sourceY = 0; // centre of the whole pixels painted
    const int x0 = int(std::ceil(box.x)), x1 = int(box.right()), y0 = int(std::ceil(box.y)), y1 = int(box.bottom());
    for (int y = y0; y < y1; ++y)
        for (int x = x0; x < x1; ++x)
            std::fill_n(image.at(x, y), 3, std::uint8_t(200));
    sourceX = (x0 + x1) / 2.0;
    sourceY = (y0 + y1) / 2.0;
    const PointF expected = grid.imageFromModel.inverse({sourceX, sourceY});
    QCOMPARE(grid.patchAt({sourceX, sourceY}), patch);

    config.mean = {0, 0, 0}; // dark padding
    const ImageU8 fitted = fitToModel(image, config);
    double sum = 0, sumX = 0, sumY = 0;
    for (int y = 0; y < fitted.height; ++y)
        for (int x = 0; x < fitted.width; ++x) {
            const double value = fitted.at(x, y)[1];
            sum += value;
            sumX += value * (x + 0.5);
            sumY += value * (y + 0.5);
        }
    QVERIFY(sum > 0);
    QVERIFY2(std::abs(sumX / sum - expected.x) < 0.1, qPrintable(QString::number(sumX / sum - expected.x)));
    QVERIFY2(std::abs(sumY / sum - expected.y) < 0.1, qPrintable(QString::number(sumY / sum - expected.y)));
}

namespace {

std::filesystem::path writeConfig(const QTemporaryDir &folder, const QByteArray &text)
{
    const QString path = folder.filePath("preprocessor_config.json");
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(text);
    return path.toStdString();
}

}

void TestPrepare::readConfig_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("pad");
    QTest::addColumn<bool>("bilinear");
    QTest::addColumn<float>("mean");
    QTest::newRow("clip") << QByteArray(R"({"crop_size": {"height": 336, "width": 336}, "do_center_crop": true,
        "image_mean": [0.25, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3,
        "size": {"shortest_edge": 336}})")
                          << 336 << false << false << 0.25F;
    QTest::newRow("old form") << QByteArray(R"({"crop_size": 224, "size": 224})") << 224 << false << false
                              << 0.48145466F;
    QTest::newRow("do_pad") << QByteArray(R"({"size": {"shortest_edge": 128}, "do_pad": true, "resample": 2})") << 128
                            << true << true << 0.48145466F;
    QTest::newRow("aspect") << QByteArray(R"({"size": {"height": 128, "width": 128}, "image_aspect_ratio": "pad"})")
                            << 128 << true << false << 0.48145466F;
}

void TestPrepare::readConfig()
{
    QFETCH(QByteArray, text);
    QFETCH(int, size);
    QFETCH(bool, pad);
    QFETCH(bool, bilinear);
    QFETCH(float, mean);
    QTemporaryDir folder;
    const PreprocessConfig config = readPreprocessConfig(writeConfig(folder, text));
    QCOMPARE(config.size, size);
    QCOMPARE(config.fit == FitPolicy::Pad, pad);
    QCOMPARE(config.filter == ResizeFilter::Bilinear, bilinear);
    QCOMPARE(config.mean[0], mean);
}

void TestPrepare::refusedConfig_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray() << QByteArray("not a JSON object");
    QTest::newRow("not json") << QByteArray("{") << QByteArray("not a JSON object");
    QTest::newRow("list") << QByteArray("[]") << QByteArray("not a JSON object");
    QTest::newRow("no size") << QByteArray("{}") << QByteArray("neither crop_size nor size");
    QTest::newRow("text size") << QByteArray(R"({"size": "big"})") << QByteArray("size is not a number");
    QTest::newRow("zero size") << QByteArray(R"({"size": 0})") << QByteArray("size is not a number");
    QTest::newRow("huge size") << QByteArray(R"({"size": 100000})") << QByteArray("size is not a number");
    QTest::newRow("oblong") << QByteArray(R"({"crop_size": {"height": 2, "width": 3}})") << QByteArray("not square");
    QTest::newRow("two means") << QByteArray(R"({"size": 8, "image_mean": [1, 2]})") << QByteArray("image_mean");
    QTest::newRow("zero std") << QByteArray(R"({"size": 8, "image_std": [1, 0, 1]})") << QByteArray("image_std");
    QTest::newRow("lanczos") << QByteArray(R"({"size": 8, "resample": 1})") << QByteArray("resample");
}

void TestPrepare::refusedConfig()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    QTemporaryDir folder;
    try {
        readPreprocessConfig(writeConfig(folder, text));
        QFAIL("accepted");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidModel);
        QVERIFY2(QByteArray(error.what()).contains(says), error.what());
        QVERIFY2(QByteArray(error.what()).contains("preprocessor_config.json"), error.what());
    }
}

QTEST_APPLESS_MAIN(TestPrepare)
#include "tst_prepare.moc"

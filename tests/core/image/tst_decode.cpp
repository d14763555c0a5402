// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <QTemporaryDir>

#include <opencv2/imgcodecs.hpp>

#include "core/image/decode.h"
#include "picture_bytes.h"

using namespace qmop;

class TestDecode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensFormats_data();
    void opensFormats();
    void opensFixtures_data();
    void opensFixtures();
    void sixteenBit_data();
    void sixteenBit();
    void grey();
    void alphaOverWhite_data();
    void alphaOverWhite();
    void transparentGreyPng();
    void wrongExtension();
    void orientation_data();
    void orientation();
    void orientationMirrors();
    void onePixel_data();
    void onePixel();
    void longStrip_data();
    void longStrip();
    void webpFrameAtOffset();
    void trailingData_data();
    void trailingData();
    void bmpFillerIsNotAlpha();
    void loadsAFile();
};

namespace {

DecodedImage decode(const Bytes &bytes, const std::string &name = "picture")
{
    return decodeImage(bytes, name);
}

int distance(const ImageU8 &image, int x, int y, std::array<int, 3> colour)
{
    int largest = 0;
    for (std::size_t c = 0; c < 3; ++c)
        largest = std::max(largest, std::abs(int(image.at(x, y)[c]) - colour[c]));
    return largest;
}

// Red, green / blue, white quadrants, at their centres.
void compareQuadrants(const ImageU8 &image, int tolerance)
{
    const int x0 = image.width / 4, x1 = image.width * 3 / 4, y0 = image.height / 4, y1 = image.height * 3 / 4;
    QVERIFY2(distance(image, x0, y0, {255, 0, 0}) <= tolerance, "red, upper left");
    QVERIFY2(distance(image, x1, y0, {0, 255, 0}) <= tolerance, "green, upper right");
    QVERIFY2(distance(image, x0, y1, {0, 0, 255}) <= tolerance, "blue, lower left");
    QVERIFY2(distance(image, x1, y1, {255, 255, 255}) <= tolerance, "white, lower right");
}

}

void TestDecode::opensFormats_data()
{
    QTest::addColumn<QString>("extension");
    QTest::addColumn<std::vector<int>>("options");
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("tolerance");
    const std::vector<int> none;
    QTest::newRow("png") << ".png" << none << "PNG" << 0;
    QTest::newRow("jpeg") << ".jpg" << std::vector{int(cv::IMWRITE_JPEG_QUALITY), 95} << "JPEG" << 6;
    QTest::newRow("progressive jpeg") << ".jpg" << std::vector{int(cv::IMWRITE_JPEG_PROGRESSIVE), 1} << "JPEG" << 6;
    QTest::newRow("jpeg with restarts") << ".jpg" << std::vector{int(cv::IMWRITE_JPEG_RST_INTERVAL), 2} << "JPEG" << 6;
    QTest::newRow("jpeg, own tables") << ".jpg" << std::vector{int(cv::IMWRITE_JPEG_OPTIMIZE), 1} << "JPEG" << 6;
    QTest::newRow("webp") << ".webp" << std::vector{int(cv::IMWRITE_WEBP_QUALITY), 95} << "WebP" << 12;
    QTest::newRow("lossless webp") << ".webp" << std::vector{int(cv::IMWRITE_WEBP_QUALITY), 101} << "WebP" << 0;
    QTest::newRow("bmp") << ".bmp" << none << "BMP" << 0;
    QTest::newRow("tiff, lzw") << ".tiff" << none << "TIFF" << 0;
    QTest::newRow("tiff, uncompressed") << ".tiff" << std::vector{int(cv::IMWRITE_TIFF_COMPRESSION), 1} << "TIFF" << 0;
}

void TestDecode::opensFormats()
{
    QFETCH(QString, extension);
    QFETCH(std::vector<int>, options);
    QFETCH(QString, format);
    QFETCH(int, tolerance);
    for (auto [width, height] : {std::pair(64, 48), std::pair(61, 47), std::pair(17, 130)}) {
        const DecodedImage decoded = decode(encodeQuadrants(width, height, extension.toStdString(), options));
        QCOMPARE(decoded.format, format.toStdString());
        QCOMPARE(decoded.image->width, width);
        QCOMPARE(decoded.image->height, height);
        QCOMPARE(decoded.image->rgb.size(), std::size_t(width * height * 3));
        QCOMPARE(decoded.exifOrientation, 1);
        QVERIFY(decoded.notices.empty());
        compareQuadrants(*decoded.image, tolerance);
    }
}

void TestDecode::opensFixtures_data()
{
    QTest::addColumn<QString>("notice");
    QTest::addColumn<int>("tolerance");
    QTest::newRow("cmyk.jpg") << "" << 12;
    QTest::newRow("cmyk_progressive.jpg") << "" << 12;
    QTest::newRow("cmyk.tif") << "" << 12;
    QTest::newRow("progressive.jpg") << "" << 6;
    QTest::newRow("subsampled_restarts.jpg") << "" << 6;
    QTest::newRow("animated_lossy.webp") << "the first frame of an animation" << 12;
    QTest::newRow("animated_lossless.webp") << "the first frame of an animation" << 0;
    QTest::newRow("animated_alpha.webp") << "the first frame of an animation" << 12;
    QTest::newRow("animated.png") << "the first frame of an animation" << 0;
    QTest::newRow("orientation6.jpg") << "turned upright by its EXIF orientation 6" << 6;
    QTest::newRow("orientation6.png") << "turned upright by its EXIF orientation 6" << 0;
    QTest::newRow("orientation6.webp") << "turned upright by its EXIF orientation 6" << 0;
    QTest::newRow("orientation6.tif") << "turned upright by its EXIF orientation 6" << 0;
}

void TestDecode::opensFixtures()
{
    QFETCH(QString, notice);
    QFETCH(int, tolerance);
    const DecodedImage decoded
        = loadImage(std::filesystem::path(QMOP_SOURCE_DIR "/tests/core/image/data") / QTest::currentDataTag());
    QCOMPARE(decoded.image->width, 32);
    QCOMPARE(decoded.image->height, 32);
    compareQuadrants(*decoded.image, tolerance);
    const auto &notices = decoded.notices;
    if (notice.isEmpty())
        QVERIFY(notices.empty());
    else
        QVERIFY(std::find(notices.begin(), notices.end(), notice.toStdString()) != notices.end());
}

void TestDecode::sixteenBit_data()
{
    QTest::addColumn<QString>("extension");
    QTest::newRow("png") << ".png";
    QTest::newRow("tiff") << ".tiff";
}

void TestDecode::sixteenBit()
{
    QFETCH(QString, extension);
    cv::Mat picture(2, 3, CV_16UC3, cv::Scalar(0, 32768, 65535)); // BGR
    picture.at<cv::Vec3w>(1, 2) = {200, 257 * 77, 128}; // 0.78, 77, 0.498 of 255
    const DecodedImage decoded = decode(encode(picture, extension.toStdString()));
    QCOMPARE(distance(*decoded.image, 0, 0, {255, 128, 0}), 0);
    QCOMPARE(distance(*decoded.image, 2, 1, {0, 77, 1}), 0);
    QCOMPARE(decoded.notices, std::vector<std::string>{"16-bit samples were rounded to 8 bits"});

    const DecodedImage grey = decode(encode(cv::Mat(2, 2, CV_16UC1, cv::Scalar(257 * 9)), extension.toStdString()));
    QCOMPARE(distance(*grey.image, 1, 1, {9, 9, 9}), 0);
}

void TestDecode::grey()
{
    cv::Mat picture(5, 7, CV_8UC1, cv::Scalar(40));
    picture.at<std::uint8_t>(3, 6) = 200;
    for (const char *extension : {".png", ".bmp", ".tiff"}) {
        const DecodedImage decoded = decode(encode(picture, extension));
        QCOMPARE(distance(*decoded.image, 0, 0, {40, 40, 40}), 0);
        QCOMPARE(distance(*decoded.image, 6, 3, {200, 200, 200}), 0);
    }
    const DecodedImage jpeg = decode(encode(cv::Mat(5, 7, CV_8UC1, cv::Scalar(40)), ".jpg"));
    QVERIFY(distance(*jpeg.image, 3, 3, {40, 40, 40}) <= 1);
}

void TestDecode::alphaOverWhite_data()
{
    QTest::addColumn<QString>("extension");
    QTest::addColumn<bool>("deep");
    QTest::newRow("png") << ".png" << false;
    QTest::newRow("png 16") << ".png" << true;
    QTest::newRow("webp") << ".webp" << false;
    QTest::newRow("tiff") << ".tiff" << false;
}

void TestDecode::alphaOverWhite()
{
    QFETCH(QString, extension);
    QFETCH(bool, deep);
    const int scale = deep ? 257 : 1;
    // BGRA: red at half, at full and at no opacity.
    cv::Mat picture(1, 3, deep ? CV_16UC4 : CV_8UC4);
    for (int x = 0; x < 3; ++x) {
        const int alpha = std::array{51, 255, 0}[std::size_t(x)];
        const cv::Vec4w value(0, 0, std::uint16_t(255 * scale), std::uint16_t(alpha * scale));
        if (deep)
            picture.at<cv::Vec4w>(0, x) = value;
        else
            picture.at<cv::Vec4b>(0, x) = cv::Vec4b(value);
    }
    const DecodedImage decoded = decode(encode(picture, extension.toStdString(), {cv::IMWRITE_WEBP_QUALITY, 101}));
    QVERIFY(distance(*decoded.image, 0, 0, {255, 204, 204}) <= 0); // 255 * (1 - 0.2)
    QVERIFY(distance(*decoded.image, 1, 0, {255, 0, 0}) <= 0);
    QVERIFY(distance(*decoded.image, 2, 0, {255, 255, 255}) <= 0);
    QCOMPARE(decoded.notices[0], std::string("transparent parts are shown on white"));
}

void TestDecode::transparentGreyPng()
{
    cv::Mat picture(1, 2, CV_8UC1);
    picture.at<std::uint8_t>(0, 0) = 10;
    picture.at<std::uint8_t>(0, 1) = 11;
    Bytes png = encode(picture, ".png");
    insertPngChunk(png, "tRNS", {0, 10});
    const DecodedImage decoded = decode(png);
    QCOMPARE(distance(*decoded.image, 0, 0, {255, 255, 255}), 0);
    QCOMPARE(distance(*decoded.image, 1, 0, {11, 11, 11}), 0);
}

void TestDecode::wrongExtension()
{
    const DecodedImage decoded = decode(encodeQuadrants(32, 32, ".png"), "holiday.JPG");
    compareQuadrants(*decoded.image, 0);
    QCOMPARE(decoded.nameNotice, std::string("named like a JPEG file, but it is a PNG"));
    QVERIFY(decoded.notices.empty());
    QVERIFY(decode(encodeQuadrants(32, 32, ".jpg"), "holiday.JPEG").nameNotice.empty());
}

void TestDecode::orientation_data()
{
    QTest::addColumn<QString>("extension");
    QTest::addColumn<int>("value");
    for (const char *extension : {".jpg", ".png", ".webp", ".tiff"})
        for (int value = 1; value <= 8; ++value)
            QTest::newRow(qPrintable(QString("%1 %2").arg(extension).arg(value))) << extension << value;
}

// The stored picture is made from the upright one by undoing the orientation
// with OpenCV's flip and rotate; the decoder must bring it back, once.
void TestDecode::orientation()
{
    QFETCH(QString, extension);
    QFETCH(int, value);
    const cv::Mat upright = quadrants(48, 32);
    cv::Mat stored = upright.clone();
    if (value == 2)
        cv::flip(upright, stored, 1);
    if (value == 3)
        cv::rotate(upright, stored, cv::ROTATE_180);
    if (value == 4)
        cv::flip(upright, stored, 0);
    if (value == 5)
        cv::transpose(upright, stored);
    if (value == 6)
        cv::rotate(upright, stored, cv::ROTATE_90_COUNTERCLOCKWISE);
    if (value == 7) {
        cv::rotate(upright, stored, cv::ROTATE_180);
        cv::transpose(stored.clone(), stored);
    }
    if (value == 8)
        cv::rotate(upright, stored, cv::ROTATE_90_CLOCKWISE);
    const std::string type = extension.toStdString();
    Bytes bytes = encode(stored, type, {cv::IMWRITE_WEBP_QUALITY, 101, cv::IMWRITE_JPEG_QUALITY, 95});
    setOrientation(bytes, type, value);
    const DecodedImage decoded = decode(bytes);
    QCOMPARE(decoded.exifOrientation, value);
    QCOMPARE(decoded.image->width, 48);
    QCOMPARE(decoded.image->height, 32);
    compareQuadrants(*decoded.image, type == ".jpg" ? 6 : 0);
}

// Quadrants cannot tell everything apart at the pixel: an odd picture can.
void TestDecode::orientationMirrors()
{
    cv::Mat stored(2, 3, CV_8UC1);
    for (int i = 0; i < 6; ++i)
        stored.at<std::uint8_t>(i / 3, i % 3) = std::uint8_t(i);
    // Rows of the upright picture, by hand from EXIF 2.3.
    const std::vector<std::vector<int>> expected{{0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0},
                                                 {3, 4, 5, 0, 1, 2}, {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2},
                                                 {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}};
    for (int value = 1; value <= 8; ++value) {
        Bytes png = encode(stored, ".png");
        setOrientation(png, ".png", value);
        const DecodedImage decoded = decode(png);
        std::vector<int> found;
        for (std::size_t i = 0; i < decoded.image->rgb.size(); i += 3)
            found.push_back(decoded.image->rgb[i]);
        QCOMPARE(found, expected[std::size_t(value - 1)]);
        QCOMPARE(decoded.image->width, value >= 5 ? 2 : 3);
    }
}

void TestDecode::onePixel_data()
{
    QTest::addColumn<QString>("extension");
    for (const char *extension : {".png", ".jpg", ".webp", ".bmp", ".tiff"})
        QTest::newRow(extension) << extension;
}

void TestDecode::onePixel()
{
    QFETCH(QString, extension);
    const Bytes bytes = encode(cv::Mat(1, 1, CV_8UC3, cv::Scalar(10, 20, 200)), extension.toStdString(),
                               {cv::IMWRITE_WEBP_QUALITY, 101, cv::IMWRITE_JPEG_QUALITY, 100});
    const DecodedImage decoded = decode(bytes);
    QCOMPARE(decoded.image->width, 1);
    QCOMPARE(decoded.image->height, 1);
    QVERIFY(distance(*decoded.image, 0, 0, {200, 20, 10}) <= (extension == ".jpg" ? 3 : 0));
}

void TestDecode::longStrip_data()
{
    QTest::addColumn<QString>("extension");
    for (const char *extension : {".png", ".jpg", ".bmp", ".tiff"}) // WebP ends at 16,383
        QTest::newRow(extension) << extension;
}

void TestDecode::longStrip()
{
    QFETCH(QString, extension);
    for (auto [width, height] : {std::pair(30000, 10), std::pair(10, 30000)}) {
        const DecodedImage decoded = decode(encodeQuadrants(width, height, extension.toStdString()));
        QCOMPARE(decoded.image->width, width);
        QCOMPARE(decoded.image->height, height);
        compareQuadrants(*decoded.image, extension == ".jpg" ? 40 : 0); // 4:2:0 blurs across 5 pixels
    }
}

void TestDecode::webpFrameAtOffset()
{
    const Bytes still = encode(cv::Mat(4, 6, CV_8UC3, cv::Scalar(0, 0, 255)), ".webp", {cv::IMWRITE_WEBP_QUALITY, 101});
    const DecodedImage decoded = decode(animatedWebP(still, 20, 10, 8, 2));
    QCOMPARE(decoded.image->width, 20);
    QCOMPARE(decoded.image->height, 10);
    for (int y = 0; y < 10; ++y)
        for (int x = 0; x < 20; ++x) {
            const bool inFrame = x >= 8 && x < 14 && y >= 2 && y < 6;
            QCOMPARE(distance(*decoded.image, x, y, inFrame ? std::array{255, 0, 0} : std::array{255, 255, 255}), 0);
        }
    QCOMPARE(decoded.notices.size(), std::size_t(2)); // first frame; on white
}

void TestDecode::trailingData_data()
{
    onePixel_data();
}

void TestDecode::trailingData()
{
    QFETCH(QString, extension);
    Bytes bytes = encodeQuadrants(40, 40, extension.toStdString());
    bytes.insert(bytes.end(), 1000, 0xAB);
    compareQuadrants(*decode(bytes).image, extension == ".jpg" || extension == ".webp" ? 20 : 0);
}

void TestDecode::bmpFillerIsNotAlpha()
{
    // 1 x 1, 32 bits, BITMAPINFOHEADER: the fourth byte, here 0, means nothing.
    Bytes bmp{'B', 'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 32, 0};
    bmp.resize(54, 0);
    bmp.insert(bmp.end(), {30, 20, 10, 0});
    const DecodedImage decoded = decode(bmp);
    QCOMPARE(distance(*decoded.image, 0, 0, {10, 20, 30}), 0);
    QVERIFY(decoded.notices.empty());
}

void TestDecode::loadsAFile()
{
    QTemporaryDir folder;
    const Bytes png = encodeQuadrants(8, 8, ".png");
    const std::filesystem::path path = folder.filePath("a.png").toStdString();
    writeFile(path, png);
    QCOMPARE(loadImage(path).image->rgb, decode(png).image->rgb);
}

QTEST_APPLESS_MAIN(TestDecode)
#include "tst_decode.moc"

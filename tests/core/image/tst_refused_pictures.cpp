// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <QTemporaryDir>
#include <QTemporaryFile>

#include <sys/stat.h>
#include <unistd.h>

#include <opencv2/imgcodecs.hpp>

#include "core/image/decode.h"
#include "picture_bytes.h"
#include "qmop/error.h"
#include "tests/fixtures/bmp_header.h"

using namespace qmop;

class TestRefusedPictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void otherContent_data();
    void otherContent();
    void notAFile_data();
    void notAFile();
    void everyPrefix_data();
    void everyPrefix();
    void jpegCutAndClosed_data();
    void jpegCutAndClosed();
    void pngBitFlips();
    void otherBitFlipsDoNotCrash_data();
    void otherBitFlipsDoNotCrash();
    void overTheLimit_data();
    void overTheLimit();
    void limitComesBeforeDecoding_data();
    void limitComesBeforeDecoding();
    void unsupportedKinds_data();
    void unsupportedKinds();
    void messageIsOneLine();

private:
    QTemporaryFile m_stderr;
    QTemporaryFile m_ignored;
    int m_realStderr = -1;
};

namespace {

// The error that decoding gives, or nothing.
std::optional<Error> errorOf(const Bytes &bytes, std::int64_t maxPixels = defaultMaxImagePixels,
                             const std::string &name = "folder/picture.jpg")
{
    try {
        decodeImage(bytes, name, maxPixels);
    } catch (const Error &error) {
        return error;
    }
    return std::nullopt;
}

void compareRefusal(const std::optional<Error> &error, const QByteArray &says,
                    ErrorCode code = ErrorCode::ImageUnreadable)
{
    QVERIFY2(error, "accepted");
    const QByteArray what(error->what());
    QCOMPARE(error->code(), code);
    QVERIFY2(what.contains(says), what.constData());
    QVERIFY2(!what.contains('\n'), what.constData());
    QVERIFY2(what.contains("picture"), what.constData()); // the name
    QVERIFY(!error->hint().empty());
}

Bytes bytesOf(const char *text, std::size_t size)
{
    return Bytes(text, text + size);
}

}

// Nothing that this test decodes may make a library print, but for flipped bits
// in compressed TIFFs: OpenCV writes what it catches to std::cerr.
void TestRefusedPictures::initTestCase()
{
    QVERIFY(m_stderr.open() && m_ignored.open());
    m_realStderr = dup(STDERR_FILENO);
    dup2(m_stderr.handle(), STDERR_FILENO);
}

void TestRefusedPictures::cleanupTestCase()
{
    fflush(stderr);
    dup2(m_realStderr, STDERR_FILENO);
    close(m_realStderr);
    m_stderr.seek(0);
    const QByteArray printed = m_stderr.readAll();
    QVERIFY2(printed.isEmpty(), printed.left(4000).constData());
}

void TestRefusedPictures::otherContent_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("0 bytes") << QByteArray() << QByteArray("is empty");
    QTest::newRow("text") << QByteArray("This is no picture.\n") << QByteArray("is text");
    QTest::newRow("one byte") << QByteArray("x") << QByteArray("is text");
    QTest::newRow("gif") << QByteArray("GIF89a\1\0\1\0", 10) << QByteArray("a GIF picture");
    QTest::newRow("heic") << QByteArray("\0\0\0\x18"
                                        "ftypheic",
                                        12)
                          << QByteArray("a HEIC picture");
    QTest::newRow("avif") << QByteArray("\0\0\0\x18"
                                        "ftypavif",
                                        12)
                          << QByteArray("an AVIF picture");
    QTest::newRow("mp4") << QByteArray("\0\0\0\x18"
                                       "ftypisom",
                                       12)
                         << QByteArray("an MP4 video");
    QTest::newRow("svg") << QByteArray("<?xml version='1.0'?>\n<svg></svg>") << QByteArray("an SVG drawing");
    QTest::newRow("html") << QByteArray("<!DOCTYPE html><html></html>") << QByteArray("an HTML page");
    QTest::newRow("pdf") << QByteArray("%PDF-1.7\n") << QByteArray("a PDF document");
    QTest::newRow("jpeg 2000") << QByteArray("\0\0\0\x0CjP  \r\n\x87\n", 12) << QByteArray("a JPEG 2000 picture");
    QTest::newRow("zip") << QByteArray("PK\3\4rest") << QByteArray("a ZIP archive");
    QTest::newRow("ppm") << QByteArray("P6\n1 1\n255\nabc") << QByteArray("a PNM picture");
    QTest::newRow("wav") << QByteArray("RIFF\4\0\0\0WAVE", 12) << QByteArray("a RIFF audio");
    QTest::newRow("text like BMP") << QByteArray("BMW is a maker of cars.") << QByteArray("is text");
    QTest::newRow("noise") << QByteArray("\x13\x01\x80\xF0\x01\x02", 6) << QByteArray("of an unknown format");
    QTest::newRow("png signature") << QByteArray("\x89PNG\r\n\x1A\n", 8) << QByteArray("is truncated");
    QTest::newRow("jpeg signature") << QByteArray("\xFF\xD8\xFF", 3) << QByteArray("is truncated");
    QTest::newRow("webp signature") << QByteArray("RIFF\4\0\0\0WEBP", 12) << QByteArray("is truncated");
    QTest::newRow("tiff signature") << QByteArray("II*\0\x08\0\0\0", 8) << QByteArray("is truncated");
}

void TestRefusedPictures::otherContent()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    compareRefusal(errorOf(bytesOf(content.constData(), std::size_t(content.size()))), says);
}

void TestRefusedPictures::notAFile_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("missing") << "missing" << QByteArray("does not exist");
    QTest::newRow("folder") << "folder" << QByteArray("is a folder");
    QTest::newRow("pipe") << "pipe" << QByteArray("is not a regular file");
    QTest::newRow("empty") << "empty" << QByteArray("is empty (0 bytes)");
    QTest::newRow("unreadable") << "unreadable" << QByteArray("cannot be read");
}

void TestRefusedPictures::notAFile()
{
    QFETCH(QString, kind);
    QFETCH(QByteArray, says);
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("picture.png").toStdString();
    if (kind == "folder")
        std::filesystem::create_directory(path);
    if (kind == "pipe")
        QCOMPARE(mkfifo(path.c_str(), 0600), 0);
    if (kind == "empty")
        writeFile(path, {});
    if (kind == "unreadable") {
        writeFile(path, encodeQuadrants(8, 8, ".png"));
        std::filesystem::permissions(path, std::filesystem::perms::none);
        std::filesystem::permissions(folder.path().toStdString(), std::filesystem::perms(0755));
    }
    const bool wasRoot = kind == "unreadable" && geteuid() == 0; // may read everything
    if (wasRoot)
        QCOMPARE(seteuid(65534), 0);
    std::optional<Error> found;
    try {
        loadImage(path);
    } catch (const Error &error) {
        found = error;
    }
    if (wasRoot)
        QCOMPARE(seteuid(0), 0);
    compareRefusal(found, says);
}

void TestRefusedPictures::everyPrefix_data()
{
    QTest::addColumn<QString>("extension");
    QTest::addColumn<std::vector<int>>("options");
    QTest::addColumn<int>("dispensable"); // bytes at the end without which the picture is whole
    const std::vector<int> none;
    QTest::newRow("png") << ".png" << none << 0;
    QTest::newRow("jpeg") << ".jpg" << none << 0;
    QTest::newRow("progressive jpeg") << ".jpg" << std::vector{int(cv::IMWRITE_JPEG_PROGRESSIVE), 1} << 0;
    QTest::newRow("webp") << ".webp" << std::vector{int(cv::IMWRITE_WEBP_QUALITY), 90} << 1; // padding
    QTest::newRow("lossless webp") << ".webp" << std::vector{int(cv::IMWRITE_WEBP_QUALITY), 101} << 1;
    QTest::newRow("bmp") << ".bmp" << none << 0;
    QTest::newRow("tiff, lzw") << ".tiff" << none << 0;
    QTest::newRow("tiff, uncompressed") << ".tiff" << std::vector{int(cv::IMWRITE_TIFF_COMPRESSION), 1} << 0;
}

// A file cut anywhere is refused; OpenCV alone would show grey for many cuts.
void TestRefusedPictures::everyPrefix()
{
    QFETCH(QString, extension);
    QFETCH(std::vector<int>, options);
    QFETCH(int, dispensable);
    const Bytes whole = encodeQuadrants(31, 23, extension.toStdString(), options);
    QVERIFY(!errorOf(whole));
    for (std::size_t size = 0; size + std::size_t(dispensable) < whole.size(); ++size) {
        const auto error = errorOf(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size)));
        QVERIFY2(error, qPrintable(QString("accepted %1 of %2 bytes").arg(size).arg(whole.size())));
        QCOMPARE(error->code(), ErrorCode::ImageUnreadable);
    }
    compareRefusal(errorOf(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(whole.size() * 3 / 4))), "is truncated");
}

void TestRefusedPictures::jpegCutAndClosed_data()
{
    QTest::addColumn<std::vector<int>>("options");
    QTest::newRow("baseline") << std::vector<int>{};
    QTest::newRow("progressive") << std::vector<int>{cv::IMWRITE_JPEG_PROGRESSIVE, 1};
    QTest::newRow("restarts") << std::vector<int>{cv::IMWRITE_JPEG_RST_INTERVAL, 3};
}

// Cut inside the first scan, then closed with an end marker: well-formed for a
// reader of markers, but blocks are missing.
void TestRefusedPictures::jpegCutAndClosed()
{
    QFETCH(std::vector<int>, options);
    cv::Mat noise(96, 128, CV_8UC3);
    cv::RNG(7).fill(noise, cv::RNG::UNIFORM, 0, 256);
    const Bytes whole = encode(noise, ".jpg", options);
    QVERIFY(!errorOf(whole));
    const std::size_t scan = findBytes(whole, "\xFF\xDA");
    std::size_t end = findBytes(whole, "\xFF\xD9", scan); // or the next scan of a progressive file
    for (std::size_t at = scan + 14; at < end; ++at)
        if (whole[at] == 0xFF && whole[at + 1] != 0 && (whole[at + 1] < 0xD0 || whole[at + 1] > 0xD7))
            end = at;
    int tried = 0;
    for (std::size_t cut = scan + 14; cut + 2 < end; cut += 5, ++tried) {
        Bytes bytes(whole.begin(), whole.begin() + std::ptrdiff_t(cut));
        if (whole[cut - 1] == 0xFF) // would turn the end marker into filler
            continue;
        bytes.insert(bytes.end(), {0xFF, 0xD9});
        const auto error = errorOf(bytes);
        QVERIFY2(error, qPrintable(QString("accepted a cut at %1 of %2").arg(cut).arg(end)));
        QVERIFY2(QByteArray(error->what()).contains("is truncated"), error->what());
    }
    QVERIFY(tried > 20); // every fifth byte of noise
}

// Every single flipped bit of a PNG's pixels or header is found.
void TestRefusedPictures::pngBitFlips()
{
    const Bytes whole = encodeQuadrants(9, 7, ".png");
    QVERIFY(!errorOf(whole));
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            Bytes bytes = whole;
            bytes[at] ^= std::uint8_t(1 << bit);
            QVERIFY2(errorOf(bytes), qPrintable(QString("accepted bit %1 of byte %2").arg(bit).arg(at)));
        }
}

void TestRefusedPictures::otherBitFlipsDoNotCrash_data()
{
    QTest::addColumn<QString>("extension");
    for (const char *extension : {".webp", ".bmp", ".tiff"})
        QTest::newRow(extension) << extension;
}

// These have no checksum: a flip gives a picture or an Error, nothing else, and
// never one of another size than the header's.
void TestRefusedPictures::otherBitFlipsDoNotCrash()
{
    QFETCH(QString, extension);
    const Bytes whole = encodeQuadrants(9, 7, extension.toStdString());
    if (extension == ".tiff")
        dup2(m_ignored.handle(), STDERR_FILENO);
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            Bytes bytes = whole;
            bytes[at] ^= std::uint8_t(1 << bit);
            try {
                const DecodedImage decoded = decodeImage(bytes, "picture", 1 << 20);
                QCOMPARE(decoded.image->rgb.size(), decoded.image->pixelCount() * 3);
            } catch (const Error &) {
                ++refused;
            }
        }
    fflush(stderr);
    dup2(m_stderr.handle(), STDERR_FILENO);
    QVERIFY(refused > 0);
}

void TestRefusedPictures::overTheLimit_data()
{
    QTest::addColumn<QString>("extension");
    for (const char *extension : {".png", ".jpg", ".webp", ".bmp", ".tiff"})
        QTest::newRow(extension) << extension;
}

void TestRefusedPictures::overTheLimit()
{
    QFETCH(QString, extension);
    const Bytes bytes = encodeQuadrants(40, 30, extension.toStdString());
    QVERIFY(!errorOf(bytes, 1200));
    compareRefusal(errorOf(bytes, 1199), "has 40 x 30 pixels, more than the limit of 1199", ErrorCode::ImageTooLarge);
}

void TestRefusedPictures::limitComesBeforeDecoding_data()
{
    QTest::addColumn<Bytes>("bytes");
    // Headers alone: decoding them would fail with another message.
    // IHDR of 100,000 x 100,000 with its right CRC.
    Bytes header{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    header.resize(33);
    insertPngChunk(header, "IHDR", {0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0, 8, 2, 0, 0, 0});
    header.erase(header.begin() + 8, header.begin() + 33);
    QTest::newRow("png") << header;
    QTest::newRow("jpeg") << Bytes{0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8,    0xFF, 0xFF, 0xFF, 0xFF, 3, 1,
                                   0x11, 0,    2,    0x11, 0, 3,  0x11, 0,    0xFF, 0xDA, 0,    2};
    const std::string bmp = bmpHeader(100'000, 100'000);
    QTest::newRow("bmp") << Bytes(bmp.begin(), bmp.end());
    QTest::newRow("webp") << Bytes{'R', 'I', 'F', 'F', 22, 0, 0, 0, 'W', 'E',  'B',  'P', 'V',  'P',  '8',
                                   'X', 10,  0,   0,   0,  0, 0, 0, 0,   0x9F, 0x86, 1,   0x9F, 0x86, 1};
    QTest::newRow("tiff") << Bytes{'I',  'I', 42, 0, 8, 0, 0, 0, 2, 0, 0, 1,    4,    0, 1, 0, 0, 0, 0xA0,
                                   0x86, 1,   0,  1, 1, 4, 0, 1, 0, 0, 0, 0xA0, 0x86, 1, 0, 0, 0, 0, 0};
}

void TestRefusedPictures::limitComesBeforeDecoding()
{
    QFETCH(Bytes, bytes);
    compareRefusal(errorOf(bytes), "more than the limit of", ErrorCode::ImageTooLarge);
}

void TestRefusedPictures::unsupportedKinds_data()
{
    QTest::addColumn<Bytes>("bytes");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("float tiff") << encode(cv::Mat(3, 3, CV_32FC1, cv::Scalar(0.5)), ".tiff")
                                << QByteArray("not 1- to 16-bit");
    QTest::newRow("big tiff") << Bytes{'I', 'I', 43, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0} << QByteArray("BigTIFF");
    Bytes lossless = encodeQuadrants(8, 8, ".jpg");
    lossless[findBytes(lossless, "\xFF\xC0") + 1] = 0xC3;
    QTest::newRow("lossless jpeg") << lossless << QByteArray("lossless");
    Bytes deep = encodeQuadrants(8, 8, ".jpg");
    deep[findBytes(deep, "\xFF\xC0") + 4] = 12;
    QTest::newRow("12-bit jpeg") << deep << QByteArray("more than 8 bits");
    Bytes outside = animatedWebP(encodeQuadrants(6, 4, ".webp"), 20, 10, 16, 2);
    QTest::newRow("webp frame beyond its canvas") << outside << QByteArray("reaches beyond");
    QTest::newRow("png without pixels") << Bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0,    0, 0, 13,
                                                 'I',  'H', 'D', 'R', 0,    0,    0,    1,    0,    0, 0, 1,
                                                 8,    2,   0,   0,   0,    0x90, 0x77, 0x53, 0xDE, 0, 0, 0,
                                                 0,    'I', 'E', 'N', 'D',  0xAE, 0x42, 0x60, 0x82}
                                        << QByteArray("holds no pixels");
    Bytes noDepth{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I',  'H',  'D',  'R', 0,
                  0,    0,   1,   0,   0,    0,    1,    0,    0, 0, 0, 0,  0x0A, 0x0E, 0xD0, 0x94};
    insertPngChunk(noDepth, "tRNS", {0, 0});
    QTest::newRow("png of no bits") << noDepth << QByteArray("bit depth");
}

void TestRefusedPictures::unsupportedKinds()
{
    QFETCH(Bytes, bytes);
    QFETCH(QByteArray, says);
    compareRefusal(errorOf(bytes), says);
}

void TestRefusedPictures::messageIsOneLine()
{
    const auto error = errorOf({}, defaultMaxImagePixels, "a picture\nwith\tcontrol\x1b characters");
    QVERIFY(error);
    QCOMPARE(QString(error->what()), QString("a picture?with?control? characters is empty (0 bytes)"));
}

QTEST_APPLESS_MAIN(TestRefusedPictures)
#include "tst_refused_pictures.moc"

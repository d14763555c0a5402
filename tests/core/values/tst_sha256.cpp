// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <QTemporaryDir>

#include "qmop/error.h"
#include "qmop/sha256.h"

using namespace qmop;

class TestSha256 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void vectors_data();
    void vectors();
    void piecesGiveTheSameDigest();
    void digestDoesNotEndTheStream();
    void file();
};

// FIPS 180-4 / NIST CSRC example values; the padding cases computed with Python's hashlib.
void TestSha256::vectors_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("digest");
    QTest::newRow("empty") << QByteArray() << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    QTest::newRow("one block") << QByteArray("abc")
                               << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    QTest::newRow("million a") << QByteArray(1000000, 'a')
                               << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    QTest::newRow("55 x a") << QByteArray(55, 'a')
                            << "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318";
    QTest::newRow("56 x a") << QByteArray(56, 'a')
                            << "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a";
    QTest::newRow("63 x a") << QByteArray(63, 'a')
                            << "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34";
    QTest::newRow("64 x a") << QByteArray(64, 'a')
                            << "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb";
    QTest::newRow("119 x a") << QByteArray(119, 'a')
                             << "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb";
    QTest::newRow("120 x a") << QByteArray(120, 'a')
                             << "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c";
}

void TestSha256::vectors()
{
    QFETCH(QByteArray, message);
    QFETCH(QString, digest);
    QCOMPARE(QString::fromStdString(sha256Hex(std::string_view(message.data(), std::size_t(message.size())))), digest);
}

void TestSha256::piecesGiveTheSameDigest()
{
    std::string message;
    for (int i = 0; i < 1000; ++i)
        message += char(i * 7);
    const std::string whole = sha256Hex(message);
    for (std::size_t piece : {1, 3, 55, 56, 63, 64, 65, 127, 999}) {
        Sha256 hash;
        for (std::size_t at = 0; at < message.size(); at += piece)
            hash.update(std::string_view(message).substr(at, piece));
        QCOMPARE(hash.hex(), whole);
    }
}

void TestSha256::digestDoesNotEndTheStream()
{
    Sha256 hash;
    hash.update(std::string_view("a"));
    QCOMPARE(hash.hex(), sha256Hex(std::string_view("a")));
    hash.update(std::string_view("bc"));
    QCOMPARE(hash.hex(), sha256Hex(std::string_view("abc")));
}

void TestSha256::file()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("million");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(3000000, 'a')); // more than one read
    file.close();
    QCOMPARE(sha256OfFile(path.toStdString()), sha256Hex(std::string(3000000, 'a')));
    QVERIFY_EXCEPTION_THROWN(sha256OfFile(folder.filePath("none").toStdString()), Error);
    QVERIFY_EXCEPTION_THROWN(sha256OfFile(folder.path().toStdString()), Error);
}

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"

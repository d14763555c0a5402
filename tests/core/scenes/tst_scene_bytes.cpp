// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/scene.h"
#include "qmop/error.h"
#include "qmop/sha256.h"

#include <QtTest>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace qmop;
using scenes::Split;

namespace {

const scenes::Generator &generator()
{
    static const scenes::Generator made(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    return made;
}

// Everything that a scene says, as one hash.
std::string digest(const scenes::Scene &scene)
{
    Sha256 hash;
    hash.update(scene.image.rgb.data(), scene.image.rgb.size());
    hash.update(scene.patchClass.data(), scene.patchClass.size());
    hash.update(scene.patchCharacter.data(), scene.patchCharacter.size());
    for (const scenes::Question &q : scene.questions)
        hash.update(q.type + '\n' + q.text + '\n' + q.answer + '\n');
    return hash.hex();
}

struct Golden {
    std::uint64_t seed;
    Split split;
    int size;
    const char *hash;
};

// A change of these means other training pictures: the shipped weights then no
// longer come from what their recipe says.
constexpr Golden goldens[] = {
    {1, Split::Train, 128, "c27b40f8de15c1234ae493a907f40c99c875d4126949e620efa8d7131e26c2d5"},
    {2, Split::Train, 512, "b9d4b41d01111145c9154b0dd430d01afb5c08824a49f74f6be47a04040e81b0"},
    {7, Split::Train, 128, "87e9970530d18577f01b75c73b7578fc9977d6e2d9b2f8cb0359d9047570fbf9"},
    {11, Split::Train, 256, "f8af925d74dbcb005dff682b4f286651d0f6f39f6e92b87f08b477eb1a8f0327"},
    {1, Split::HeldOut, 128, "2014a6acc5490a1a959714abc1f463e30a40b5333d77093d87363924d6a70e3a"},
    {42, Split::HeldOut, 512, "8d5e2843537d6819a13da8744109c04e33bbabef81968653af81cef6c076ec69"},
};

// Of many scenes, every style and place among them.
std::string digestOfMany()
{
    std::string all;
    for (std::uint64_t n = 0; n < 60; ++n) {
        all += digest(generator().make(scenes::seedAt(n, Split::Train), Split::Train, 128));
        all += digest(generator().make(scenes::seedAt(n, Split::HeldOut), Split::HeldOut, 128));
    }
    all += digest(generator().make(3, Split::Train, 512));
    return sha256Hex(std::string_view(all));
}

} // namespace

class TestSceneBytes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void sameOnSimplerProcessor_data();
    void sameOnSimplerProcessor();
    void sameInThreads();
    void bothSizesShowTheSame();
    void refusesSizes_data();
    void refusesSizes();
    void refusesDamagedAtlas_data();
    void refusesDamagedAtlas();
};

void TestSceneBytes::golden_data()
{
    QTest::addColumn<int>("row");
    for (int i = 0; i < int(std::size(goldens)); ++i)
        QTest::addRow("seed %d, %d px", int(goldens[i].seed), goldens[i].size) << i;
}

void TestSceneBytes::golden()
{
    QFETCH(int, row);
    const Golden &g = goldens[row];
    QCOMPARE(digest(generator().make(g.seed, g.split, g.size)), std::string(g.hash));
}

void TestSceneBytes::sameOnSimplerProcessor_data()
{
    QTest::addColumn<QString>("disabled");
    QTest::addColumn<QString>("capability");
    QTest::newRow("AVX2 at most") << "AVX512-SKX,AVX512_SKX,AVX512F,AVX512-COMMON,AVX512-CNL,AVX512-CLX,AVX512-ICL"
                                  << "avx2";
    QTest::newRow("SSE3 at most")
        << "AVX512-SKX,AVX512_SKX,AVX512F,AVX512-COMMON,AVX512-CNL,AVX512-CLX,AVX512-ICL,AVX2,"
           "AVX,FMA3,FP16,SSE4.2,SSE4.1,SSSE3"
        << "default";
}

void TestSceneBytes::sameOnSimplerProcessor()
{
    QFETCH(QString, disabled);
    QFETCH(QString, capability);
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OPENCV_CPU_DISABLE", disabled);
    environment.insert("ATEN_CPU_CAPABILITY", capability);
    child.setProcessEnvironment(environment);
    child.start(QCoreApplication::applicationFilePath(), {"--digest"});
    QVERIFY(child.waitForFinished(120000));
    QCOMPARE(child.exitCode(), 0);
    QCOMPARE(child.readAllStandardOutput().trimmed().toStdString(), digestOfMany());
}

void TestSceneBytes::sameInThreads()
{
    std::vector<std::string> hashes(4);
    std::vector<std::thread> threads;
    for (std::string &hash : hashes)
        threads.emplace_back([&hash] {
            for (std::uint64_t n = 0; n < 40; ++n)
                hash += digest(generator().make(n, Split::Train, 128));
        });
    for (std::thread &thread : threads)
        thread.join();
    for (const std::string &hash : hashes)
        QCOMPARE(hash, hashes.front());
    QVERIFY(digest(generator().make(0, Split::Train, 128)) != digest(generator().make(1, Split::Train, 128)));
}

// Training draws at 128 px what people see at 512 px.
void TestSceneBytes::bothSizesShowTheSame()
{
    std::vector<double> sums(scenes::styleNames().size(), 0), counts(sums.size(), 0);
    for (std::uint64_t n = 0; n < 80; ++n) {
        const scenes::Scene large = generator().make(n, Split::Train, 512);
        const scenes::Scene small = generator().make(n, Split::Train, 128);
        QCOMPARE(large.patchClass, small.patchClass);
        QCOMPARE(large.patchCharacter, small.patchCharacter);
        double difference = 0;
        for (int y = 0; y < 128; ++y)
            for (int x = 0; x < 128; ++x)
                for (int c = 0; c < 3; ++c) {
                    double mean = 0;
                    for (int i = 0; i < 16; ++i)
                        mean += large.image.at(4 * x + i % 4, 4 * y + i / 4)[c] / 16.0;
                    difference += std::abs(mean - small.image.at(x, y)[c]);
                }
        sums[std::size_t(small.style)] += difference / (128 * 128 * 3);
        ++counts[std::size_t(small.style)];
    }
    for (std::size_t style = 0; style < sums.size(); ++style) {
        QVERIFY(counts[style] > 0);
        const bool lines = scenes::styleNames()[style] == "sketch";
        const double gap = sums[style] / counts[style];
        QVERIFY2(gap < (lines ? 8 : 2.5),
                 qPrintable(QString("%1: %2").arg(scenes::styleNames()[style].c_str()).arg(gap)));
    }
}

void TestSceneBytes::refusesSizes_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {-128, 0, 64, 200, 2048})
        QTest::addRow("%d", size) << size;
}

void TestSceneBytes::refusesSizes()
{
    QFETCH(int, size);
    QVERIFY_EXCEPTION_THROWN(generator().make(1, Split::Train, size), Error);
}

void TestSceneBytes::refusesDamagedAtlas_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no sprites") << "sprites.png" << QByteArray();
    QTest::newRow("broken sprites") << "sprites.png" << QByteArray("not a picture");
    QTest::newRow("broken glyphs") << "glyphs.png" << QByteArray("\x89PNG");
    QTest::newRow("empty index") << "atlas.txt" << QByteArray(" ");
    QTest::newRow("other names") << "atlas.txt" << QByteArray("atlas 1 78 72 96 8 16\nsprite dog 0 0 8 8\n");
    QTest::newRow("outside") << "atlas.txt" << QByteArray("atlas 1 78 72 96 8 16\nsprite cat 2147483000 0 128 8\n");
    QTest::newRow("too few") << "atlas.txt" << QByteArray("atlas 1 78 72 96 8 16\nsprite cat 0 0 128 114\n");
}

void TestSceneBytes::refusesDamagedAtlas()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const QString source = QString(QMOP_SOURCE_DIR) + "/resources/scenes/";
    for (const char *name : {"sprites.png", "glyphs.png", "atlas.txt"})
        if (file != name)
            QVERIFY(QFile::copy(source + name, folder.filePath(name)));
    if (!content.isEmpty()) {
        QFile damaged(folder.filePath(file));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write(content);
    }
    try {
        const scenes::Generator made(folder.path().toStdString());
        QFAIL("a damaged atlas was taken");
    } catch (const Error &error) {
        QVERIFY2(QString(error.what()).contains(file), error.what());
        QVERIFY(!error.hint().empty());
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && std::string_view(argv[1]) == "--digest") {
        std::puts(digestOfMany().c_str());
        return 0;
    }
    QCoreApplication application(argc, argv);
    TestSceneBytes test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_scene_bytes.moc"

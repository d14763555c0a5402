// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/asked_patches.h"

#include <QtTest>

#include <filesystem>
#include <set>

using namespace qmop::scenes;

class TestAskedPatches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byHand_data();
    void byHand();
    void drawnScenes();
};

void TestAskedPatches::byHand_data()
{
    QTest::addColumn<std::vector<int>>("objects");
    QTest::addColumn<std::vector<std::uint8_t>>("expected"); // empty, or of patches 0, 1, 2

    QTest::newRow("names nothing") << std::vector<int>{} << std::vector<std::uint8_t>{};
    QTest::newRow("names what is not there") << std::vector<int>{9} << std::vector<std::uint8_t>{};
    QTest::newRow("one class") << std::vector<int>{5} << std::vector<std::uint8_t>{1, 0, 0};
    QTest::newRow("two classes") << std::vector<int>{7, 5} << std::vector<std::uint8_t>{1, 0, 1};
    QTest::newRow("one of two is there") << std::vector<int>{7, 9} << std::vector<std::uint8_t>{0, 0, 1};
}

void TestAskedPatches::byHand()
{
    QFETCH(const std::vector<int>, objects);
    Scene scene;
    scene.patchClass = {5, 0, 7};
    Question question;
    question.objects = objects;
    QTEST(askedPatches(scene, question), "expected");
}

// A class that lies in the picture is found where a part of that class was drawn, and nowhere else.
void TestAskedPatches::drawnScenes()
{
    const Generator generator(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    int asking = 0;
    for (std::uint64_t n = 0; n < 20; ++n) {
        const Scene scene = generator.make(seedAt(n, Split::HeldOut), Split::HeldOut, 128);
        for (const Question &question : scene.questions) {
            const std::vector<std::uint8_t> asked = askedPatches(scene, question);
            if (asked.empty())
                continue;
            ++asking;
            const std::set<int> named(question.objects.begin(), question.objects.end());
            for (std::size_t patch = 0; patch < asked.size(); ++patch) {
                const int part = scene.patchPart[patch];
                const bool shows = part > 0 && named.contains(scene.objects[std::size_t(part) - 1].classIndex);
                QCOMPARE(asked[patch] == 1, shows);
            }
        }
    }
    QVERIFY(asking > 40);
}

QTEST_APPLESS_MAIN(TestAskedPatches)
#include "tst_asked_patches.moc"

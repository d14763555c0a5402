// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/atlas.h"
#include "core/scenes/catalogue.h"
#include "core/scenes/painter.h"
#include "core/scenes/plan.h"
#include "core/scenes/scene.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace qmop::scenes;

namespace {

const Atlas &atlas()
{
    static const Atlas loaded(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    return loaded;
}

std::vector<std::uint8_t> drawOn(const Plan &plan, int background)
{
    Canvas canvas(128);
    const Rgb grey{background, background, background};
    canvas.gradient(0, unitsPerSide, grey, grey);
    drawObjects(plan, atlas(), canvas);
    return canvas.rgb();
}

// Opaque pixels of a part, found without the painter's own record: they stay
// the same whatever lies behind.
std::vector<bool> opaquePixels(const Plan &whole, std::size_t part)
{
    Plan alone = whole;
    alone.objects = {whole.objects[part]};
    alone.horizon = unitsPerSide * 2; // no shadow
    const std::vector<std::uint8_t> onBlack = drawOn(alone, 0), onWhite = drawOn(alone, 255);
    std::vector<bool> opaque(128 * 128);
    for (std::size_t i = 0; i < opaque.size(); ++i)
        opaque[i] = onWhite[3 * i] - onBlack[3 * i] < 128; // 255 * (1 - alpha)
    return opaque;
}

std::vector<std::uint8_t> labelsOf(const Plan &plan)
{
    Canvas canvas(128);
    canvas.keepOwners();
    drawObjects(plan, atlas(), canvas);
    std::vector<std::uint8_t> classes;
    for (const std::uint8_t part : labelPatches(plan, canvas.owners()))
        classes.push_back(part == 0 ? 0 : std::uint8_t(plan.objects[part - 1u].classIndex));
    return classes;
}

} // namespace

class TestSceneLabels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void squareByHand();
    void smallPartKeepsOnePatch();
    void labelsLieOnPixels();
    void charactersByHand();
    void charactersLieOnTheSign();
    void readingPages();
    void partsStayApart();
};

void TestSceneLabels::squareByHand()
{
    // 88 % of a square of 24 px (the rim is translucent) at (16, 40): patches 2 ... 4 across, 5 ... 7 down.
    Plan plan;
    const int square = firstShape + 5;
    plan.objects.push_back({square, 0, 16 * 64, 40 * 64, 24 * 64, 24 * 64, false});
    const std::vector<std::uint8_t> labels = labelsOf(plan);
    for (int patch = 0; patch < labelCount; ++patch) {
        const int column = patch % labelColumns, row = patch / labelColumns;
        const bool inside = column >= 2 && column <= 4 && row >= 5 && row <= 7;
        QCOMPARE(int(labels[std::size_t(patch)]), inside ? square : 0);
    }
}

void TestSceneLabels::smallPartKeepsOnePatch()
{
    // 6 px where four patches meet: 9 of 64 pixels or fewer in each.
    Plan plan;
    const int dot = firstShape;
    plan.objects.push_back({dot, 0, 29 * 64, 29 * 64, 6 * 64, 6 * 64, false});
    const std::vector<std::uint8_t> labels = labelsOf(plan);
    QCOMPARE(int(std::count(labels.begin(), labels.end(), std::uint8_t(dot))), 1);
    const auto patch = std::find(labels.begin(), labels.end(), std::uint8_t(dot)) - labels.begin();
    QVERIFY(patch == 3 * 16 + 3 || patch == 3 * 16 + 4 || patch == 4 * 16 + 3 || patch == 4 * 16 + 4);
}

void TestSceneLabels::labelsLieOnPixels()
{
    int checked = 0;
    for (std::uint64_t n = 0; n < 60; ++n) {
        const Plan plan = makePlan(n, Split::Train, atlas());
        const std::vector<std::uint8_t> labels = labelsOf(plan);
        std::vector<int> most(labelCount, 0), mostClass(labelCount, 0);
        for (std::size_t part = 0; part < plan.objects.size(); ++part) {
            const std::vector<bool> opaque = opaquePixels(plan, part);
            const int classIndex = plan.objects[part].classIndex;
            int labelled = 0, best = 0;
            for (int patch = 0; patch < labelCount; ++patch) {
                int count = 0;
                for (int i = 0; i < 64; ++i)
                    count += opaque[std::size_t(patch / 16 * 8 + i / 8) * 128 + std::size_t(patch % 16 * 8 + i % 8)];
                if (count > most[std::size_t(patch)]) {
                    most[std::size_t(patch)] = count;
                    mostClass[std::size_t(patch)] = classIndex;
                }
                labelled += count > 0 && labels[std::size_t(patch)] == classIndex;
                best = std::max(best, count);
            }
            QVERIFY2(labelled > 0 || best < 4, qPrintable(QString("no patch says %1").arg(classIndex)));
        }
        for (std::size_t patch = 0; patch < labelCount; ++patch) {
            // A rim that is half covered by two layers, each below a half, may be judged
            // either way: up to a dozen pixels of a small shape.
            if (most[patch] >= (isShape(mostClass[patch]) ? 28 : 18)) {
                QVERIFY(labels[patch] != 0);
                ++checked;
            }
            if (labels[patch] != 0 && most[patch] >= 34)
                QCOMPARE(int(labels[patch]), mostClass[patch]);
            if (most[patch] == 0)
                QCOMPARE(int(labels[patch]), 0);
        }
    }
    QVERIFY(checked > 1000);
}

void TestSceneLabels::charactersByHand()
{
    // Two letters of 8 px in the columns 2 and 3, two patches tall.
    Plan plan;
    SignPlan &sign = plan.signs.emplace_back();
    sign.text = "a1";
    sign.glyphTop = 16 * 64;
    sign.glyphHeight = 16 * 64;
    sign.letters = {{'a', 16 * 64, 8 * 64}, {'1', 24 * 64, 8 * 64}};
    const std::vector<std::uint8_t> characters = labelCharacters(plan);
    for (int patch = 0; patch < labelCount; ++patch) {
        const int column = patch % 16, row = patch / 16;
        std::string expected;
        if (row == 2 || row == 3)
            expected = column == 2 ? "a" : column == 3 ? "1" : "";
        QCOMPARE(characterNames()[characters[std::size_t(patch)]], expected);
    }
}

void TestSceneLabels::charactersLieOnTheSign()
{
    const Generator generator(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    int signs = 0, complete = 0;
    for (std::uint64_t n = 0; n < 300; ++n) {
        const Scene scene = generator.make(n, Split::HeldOut, 128);
        std::string seen;
        int lastColumn = -1;
        for (int column = 0; column < 16; ++column)
            for (int row = 0; row < 16; ++row) {
                const std::size_t patch = std::size_t(row) * 16 + column;
                const std::string &character = characterNames()[scene.patchCharacter[patch]];
                if (character.empty())
                    continue;
                QCOMPARE(int(scene.patchClass[patch]), signClass);
                QVERIFY(scene.signText.find(character) != std::string::npos);
                if (column != lastColumn && (seen.empty() || seen.back() != character[0] || lastColumn < column - 1))
                    seen += character;
                lastColumn = column;
            }
        if (scene.signText.empty()) {
            QVERIFY(seen.empty());
            continue;
        }
        ++signs;
        std::string squeezed = scene.signText; // neighbours that are equal read as one
        squeezed.erase(std::unique(squeezed.begin(), squeezed.end()), squeezed.end());
        seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
        complete += seen == squeezed;
    }
    QVERIFY(signs > 150);
    // On small signs a patch shows several letters and says one of them.
    QVERIFY2(complete * 10 >= signs * 6, qPrintable(QString("%1 of %2").arg(complete).arg(signs)));
}

// Reading pages: several signs with characters that words and numbers do not have, labelled as any other.
void TestSceneLabels::readingPages()
{
    const Generator generator(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    std::set<char> characters;
    for (std::uint64_t n = 0; n < 100; ++n) {
        const Plan plan = makePlan(seedAt(n, Split::Train), Split::Train, atlas(), true);
        QVERIFY(plan.signs.size() >= 4 && plan.signs.size() <= 6);
        for (const SignPlan &sign : plan.signs) {
            QVERIFY(sign.text.size() == 2 || sign.text.size() == 3);
            characters.insert(sign.text.begin(), sign.text.end());
        }
        QVERIFY(plan.objects.size() <= plan.signs.size() + 3);
        const Scene page = generator.make(seedAt(n, Split::Train), Split::Train, 128, {true, 1});
        QVERIFY(page.image.rgb != generator.make(seedAt(n, Split::Train), Split::Train, 128).image.rgb);
        int labelled = 0;
        for (std::size_t patch = 0; patch < labelCount; ++patch)
            if (page.patchCharacter[patch] > 0) {
                QCOMPARE(int(page.patchClass[patch]), signClass);
                ++labelled;
            }
        QVERIFY(labelled >= 4);
    }
    QCOMPARE(characters.size(), std::size_t(36));
}

void TestSceneLabels::partsStayApart()
{
    for (std::uint64_t n = 0; n < 400; ++n) {
        const Plan plan = makePlan(n, n % 2 ? Split::Train : Split::HeldOut, atlas());
        QVERIFY(plan.objects.size() < 30);
        for (std::size_t i = 0; i < plan.objects.size(); ++i) {
            const SceneObject &a = plan.objects[i];
            QVERIFY(a.x >= 0 && a.y >= 0 && a.x + a.width <= unitsPerSide && a.y + a.height <= unitsPerSide);
            QVERIFY(a.width > 0 && a.height > 0);
            for (std::size_t j = 0; j < i; ++j) {
                const SceneObject &b = plan.objects[j];
                const bool apart
                    = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
                QVERIFY(apart);
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestSceneLabels)
#include "tst_scene_labels.moc"

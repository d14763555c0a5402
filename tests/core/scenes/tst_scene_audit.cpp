// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/audit.h"
#include "core/scenes/catalogue.h"
#include "core/scenes/scene.h"

#include <QtTest>

#include <array>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

using namespace qmop::scenes;

namespace {

const Generator &generator()
{
    static const Generator made(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    return made;
}

} // namespace

class TestSceneAudit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void seedsAreParted();
    void groupsAreEqual();
    void pairsAreParted();
    void auditPasses();
    void auditFindsFaults();
    void answersDoNotFollowFromTheText();
    void statsByHand();
};

void TestSceneAudit::seedsAreParted()
{
    std::set<std::uint64_t> train, heldOut;
    int share = 0;
    for (std::uint64_t n = 0; n < 8000; ++n) {
        QVERIFY(seedBelongsTo(n, Split::Train) != seedBelongsTo(n, Split::HeldOut));
        share += seedBelongsTo(n, Split::HeldOut);
        QVERIFY(seedBelongsTo(seedAt(n, Split::Train), Split::Train));
        QVERIFY(seedBelongsTo(seedAt(n, Split::HeldOut), Split::HeldOut));
        train.insert(seedAt(n, Split::Train));
        heldOut.insert(seedAt(n, Split::HeldOut));
    }
    QVERIFY(std::abs(share - 1000) < 150);
    QVERIFY(train.size() > 7990 && heldOut.size() > 7990);
    for (const std::uint64_t seed : heldOut)
        QVERIFY(!train.contains(seed));
}

void TestSceneAudit::groupsAreEqual()
{
    std::array<int, pairingGroups> sizes{};
    for (int c = 0; c < classCount; ++c) {
        const int group = pairingGroup(c);
        QCOMPARE(group >= 0, isObject(c));
        if (group >= 0)
            ++sizes[std::size_t(group)];
    }
    for (const int size : sizes)
        QCOMPARE(size, objectCount / pairingGroups);
    QCOMPARE(int(classNames().size()), classCount);
}

void TestSceneAudit::pairsAreParted()
{
    int pairs = 0;
    for (std::uint64_t n = 0; n < 1500; ++n)
        for (const Split split : {Split::Train, Split::HeldOut}) {
            const Scene scene = generator().make(n, split, 128);
            for (const SceneObject &a : scene.objects)
                for (const SceneObject &b : scene.objects) {
                    if (!isObject(a.classIndex) || !isObject(b.classIndex) || a.classIndex == b.classIndex)
                        continue;
                    const bool same = pairingGroup(a.classIndex) == pairingGroup(b.classIndex);
                    QCOMPARE(same, split == Split::HeldOut);
                    ++pairs;
                }
        }
    QVERIFY(pairs > 1000);
}

void TestSceneAudit::auditPasses()
{
    const Audit audit = auditScenes(generator(), 1500);
    QCOMPARE(audit.sharedSeeds, 0);
    QCOMPARE(audit.sharedPhrasings, 0);
    QCOMPARE(audit.sharedTexts, 0);
    QCOMPARE(audit.sharedPairs, 0);
    QVERIFY(audit.trainPairs > 1000 && audit.heldOutPairs > 200);
    QCOMPARE(audit.balances.size(), 2 * questionTypes().size());
    for (const AnswerBalance &b : audit.balances) {
        QVERIFY2(b.withinLimit(), qPrintable(QString("%1: %2").arg(b.type.c_str()).arg(b.largestShare)));
        QVERIFY(b.questions > 0 && b.answers >= 2);
        QVERIFY(b.largestShare >= 1.0 / b.answers && b.majorityAccuracy <= b.largestShare);
    }
    QVERIFY(audit.passed());
}

void TestSceneAudit::auditFindsFaults()
{
    Audit good;
    AnswerBalance balance{"day", Split::Train, 10000, 2, "day", 0.5, 0.5, 0.55, 0.015};
    good.balances = {balance};
    QVERIFY(good.passed());
    for (int Audit::*field : {&Audit::sharedSeeds, &Audit::sharedPhrasings, &Audit::sharedTexts, &Audit::sharedPairs}) {
        Audit bad = good;
        bad.*field = 1;
        QVERIFY(!bad.passed());
    }
    for (double AnswerBalance::*field : {&AnswerBalance::majorityAccuracy, &AnswerBalance::largestShare}) {
        Audit bad = good;
        bad.balances[0].*field = 0.575;
        QVERIFY(!bad.passed());
    }
}

// Nor from the question itself: "is there a knife?" must not mean yes.
void TestSceneAudit::answersDoNotFollowFromTheText()
{
    std::map<std::string, std::array<int, 2>> counts; // by question's type and names
    for (std::uint64_t n = 0; n < 12000; ++n) {
        const Scene scene = generator().make(n, Split::Train, 128);
        for (const Question &q : scene.questions) {
            if ((q.answer != "yes" && q.answer != "no") || q.type == "sign")
                continue; // a sign may say "yes"
            std::string key = q.type;
            for (const int c : q.objects)
                key += " " + classNames()[std::size_t(c)];
            if (q.type == "category")
                for (const auto &name : namedCategories())
                    if (q.text.find(name.plural.substr(0, name.plural.size() - 1)) != std::string::npos)
                        key += " " + name.plural;
            ++counts[key][q.answer == "yes"];
        }
    }
    QVERIFY(counts.size() > 80);
    for (const auto &[key, count] : counts) {
        const double n = count[0] + count[1];
        // Four standard deviations of a fair coin, and 5 points of slack.
        const double limit = 0.5 + 2 / std::sqrt(n) + 0.05;
        QVERIFY2(std::max(count[0], count[1]) / n <= limit,
                 qPrintable(QString("%1: %2 no, %3 yes").arg(key.c_str()).arg(count[0]).arg(count[1])));
    }
}

void TestSceneAudit::statsByHand()
{
    const SceneStats stats = statsOfScenes(generator(), Split::Train, 50);
    int objects = 0, questions = 0, pictures = 0, weighted = 0;
    std::map<std::string, int> classes;
    for (std::uint64_t n = 0; n < 50; ++n) {
        const Scene scene = generator().make(seedAt(n, Split::Train), Split::Train, 128);
        questions += int(scene.questions.size());
        for (const SceneObject &part : scene.objects) {
            objects += isObject(part.classIndex);
            ++classes[classNames()[std::size_t(part.classIndex)]];
        }
    }
    for (std::size_t k = 0; k < stats.objectsPerPicture.size(); ++k) {
        pictures += stats.objectsPerPicture[k];
        weighted += int(k) * stats.objectsPerPicture[k];
    }
    QCOMPARE(pictures, 50);
    QCOMPARE(weighted, objects);
    QVERIFY(stats.classes == classes);
    QCOMPARE(stats.questionsPerPicture, questions / 50.0);
    QCOMPARE(stats.objectSizes.size(), std::size_t(11));
    QVERIFY(std::is_sorted(stats.objectSizes.begin(), stats.objectSizes.end()));
    QVERIFY(stats.objectSizes.front() >= 11 && stats.objectSizes.back() <= 32);
    QVERIFY(stats.signGlyphHeights.front() >= 7 && stats.signGlyphHeights.back() <= 20);
}

QTEST_APPLESS_MAIN(TestSceneAudit)
#include "tst_scene_audit.moc"

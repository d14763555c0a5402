// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/examination.h"
#include "core/scenes/scene.h"
#include "qmop/error.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>

using namespace qmop;
using namespace qmop::scenes;

namespace {

const std::filesystem::path atlasFolder = std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes";

Examination examination(int perDimension, std::uint32_t seed)
{
    return makeExamination(atlasFolder, {"try", "7", perDimension, seed});
}

} // namespace

class TestExamination : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sharesAreEqual_data();
    void sharesAreEqual();
    void picturesAskFewThings();
    void seedsDecide();
    void scenesHoldTheQuestions();
    void seedInTheName_data();
    void seedInTheName();
    void refusedNumbers();
};

void TestExamination::sharesAreEqual_data()
{
    QTest::addColumn<int>("perDimension");
    for (const int n : {5, 11, 50, 200})
        QTest::addRow("%d", n) << n;
}

void TestExamination::sharesAreEqual()
{
    QFETCH(int, perDimension);
    const Suite suite = examination(perDimension, 3).suite;
    QCOMPARE(int(suite.samples.size()), 5 * perDimension);
    std::map<Dimension, int> dimensions;
    std::map<std::string, int> types, yes;
    for (const SuiteSample &sample : suite.samples) {
        ++dimensions[sample.dimension];
        ++types[sample.questionType];
        yes[sample.questionType] += sample.answers.at(0) == "yes";
    }
    for (const Dimension dimension : allDimensions)
        QCOMPARE(dimensions[dimension], perDimension);
    for (const QuestionType &type : questionTypes()) {
        const auto siblings = std::count_if(questionTypes().begin(), questionTypes().end(),
                                            [&](const QuestionType &t) { return t.dimension == type.dimension; });
        const int least = perDimension / int(siblings);
        QVERIFY2(types[type.name] == least || types[type.name] == least + 1, type.name.c_str());
    }
    for (const char *type : {"category", "present", "sign-present", "small-present"})
        QVERIFY2(std::abs(2 * yes[type] - types[type]) <= 1, type);
}

void TestExamination::picturesAskFewThings()
{
    const Examination made = examination(50, 4);
    std::map<std::string, std::set<Dimension>> dimensions;
    for (const SuiteSample &sample : made.suite.samples)
        QVERIFY2(dimensions[sample.image].insert(sample.dimension).second, sample.id.c_str());
    QCOMPARE(dimensions.size(), made.seeds.size());
    QVERIFY(made.seeds.size() <= 125); // at least two questions per picture on average
    for (const auto &[image, asked] : dimensions)
        QVERIFY(asked.size() <= 3);
}

void TestExamination::seedsDecide()
{
    const Examination first = examination(20, 1), again = examination(20, 1), other = examination(20, 2);
    QCOMPARE(first.seeds, again.seeds);
    for (std::size_t i = 0; i < first.suite.samples.size(); ++i)
        QCOMPARE(first.suite.samples[i].question, again.suite.samples[i].question);
    const std::set<std::uint64_t> seeds(first.seeds.begin(), first.seeds.end());
    QVERIFY(
        std::none_of(other.seeds.begin(), other.seeds.end(), [&](std::uint64_t seed) { return seeds.contains(seed); }));
}

void TestExamination::scenesHoldTheQuestions()
{
    const Generator generator(atlasFolder);
    const Examination made = examination(10, 5);
    for (std::size_t i = 0; i < made.seeds.size(); ++i) {
        QVERIFY(seedBelongsTo(made.seeds[i], Split::HeldOut));
        QCOMPARE(seedOfPicture(made.pictures[i]), made.seeds[i]);
        const Scene scene = generator.make(made.seeds[i], Split::HeldOut, 128);
        for (const SuiteSample &sample : made.suite.samples) {
            if (sample.image != made.pictures[i])
                continue;
            const auto found = std::find_if(scene.questions.begin(), scene.questions.end(),
                                            [&](const Question &q) { return q.text == sample.question; });
            QVERIFY2(found != scene.questions.end(), sample.question.c_str());
            QCOMPARE(found->answer, sample.answers.at(0));
        }
    }
}

void TestExamination::seedInTheName_data()
{
    QTest::addColumn<std::string>("image");
    QTest::addColumn<quint64>("seed"); // 0: refused
    const auto row = [](const char *image, quint64 seed) { QTest::newRow(image) << std::string(image) << seed; };
    row("pictures/001-00000000000000ff.webp", 255);
    row("pictures/1234-de0b38623599359b.png", 0xde0b38623599359bull);
    row("pictures/001-ff.webp", 0);
    row("pictures/001-00000000000000fg.webp", 0);
    row("pictures/001-00000000000000ff", 0);
    row("pictures/001-00000000000000ff0.webp", 0);
    row("pictures/001.webp", 0);
    row("", 0);
}

void TestExamination::seedInTheName()
{
    QFETCH(std::string, image);
    QFETCH(quint64, seed);
    if (seed != 0)
        QCOMPARE(quint64(seedOfPicture(image)), seed);
    else
        QVERIFY_EXCEPTION_THROWN(seedOfPicture(image), Error);
}

void TestExamination::refusedNumbers()
{
    for (const int perDimension : {-1, 0, 4, 2001})
        QVERIFY_EXCEPTION_THROWN(examination(perDimension, 1), Error);
}

QTEST_APPLESS_MAIN(TestExamination)
#include "tst_examination.moc"

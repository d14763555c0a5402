// SPDX-License-Identifier: GPL-3.0-or-later
//
// The suite in resources/suites/scenes-v1 is what its README says.
#include "core/image/decode.h"
#include "core/scenes/examination.h"
#include "core/scenes/scene.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/sha256.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

using namespace qmop;
namespace fs = std::filesystem;

namespace {

const fs::path resources = fs::path(QMOP_SOURCE_DIR) / "resources";
const fs::path folder = resources / "suites/scenes-v1";

std::string contentOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::map<std::string, std::vector<SuiteSample>> samplesByPicture(const Suite &suite)
{
    std::map<std::string, std::vector<SuiteSample>> samples;
    for (const SuiteSample &sample : suite.samples)
        samples[sample.image].push_back(sample);
    return samples;
}

} // namespace

class TestShippedSuite : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isLargeEnough();
    void holdsNothingTwice();
    void folderHoldsNoOtherPictures();
    void answersAreSpread();
    void picturesAreHeldOutScenes();
    void documentedCommandGivesIt();
};

void TestShippedSuite::isLargeEnough()
{
    const Suite suite = loadSuite(folder); // throws where a picture is missing
    QCOMPARE(suite.name, std::string("scenes-v1"));
    QCOMPARE(suite.version, std::string("1"));
    QCOMPARE(suite.scorer, std::string("exact"));
    QVERIFY(suite.samples.size() >= 200);
    std::map<Dimension, int> counts;
    for (const SuiteSample &sample : suite.samples)
        ++counts[sample.dimension];
    for (const Dimension dimension : allDimensions)
        QVERIFY2(counts[dimension] >= 48, dimensionKey(dimension).data());
}

void TestShippedSuite::holdsNothingTwice()
{
    const Suite suite = loadSuite(folder);
    std::set<std::pair<std::string, std::string>> questions;
    for (const SuiteSample &sample : suite.samples)
        QVERIFY2(questions.emplace(sample.image, sample.question).second, sample.id.c_str());
    std::set<std::uint64_t> seeds;
    std::set<std::string> contents;
    const auto pictures = samplesByPicture(suite);
    for (const auto &[image, samples] : pictures) {
        seeds.insert(scenes::seedOfPicture(image));
        contents.insert(sha256Hex(contentOf(folder / image)));
    }
    QCOMPARE(seeds.size(), pictures.size());
    QCOMPARE(contents.size(), pictures.size());
}

void TestShippedSuite::folderHoldsNoOtherPictures()
{
    const auto pictures = samplesByPicture(loadSuite(folder));
    for (const auto &entry : fs::directory_iterator(folder / "pictures"))
        QVERIFY2(pictures.contains("pictures/" + entry.path().filename().string()), entry.path().c_str());
}

void TestShippedSuite::answersAreSpread()
{
    std::map<std::string, std::map<std::string, int>> types;
    for (const SuiteSample &sample : loadSuite(folder).samples)
        ++types[sample.questionType][sample.answers.at(0)];
    QCOMPARE(types.size(), scenes::questionTypes().size());
    for (const auto &[type, answers] : types) {
        int questions = 0, most = 0;
        for (const auto &[answer, count] : answers) {
            questions += count;
            most = std::max(most, count);
        }
        QVERIFY2(answers.size() >= 2 && most <= (questions + 1) / 2, type.c_str());
    }
}

void TestShippedSuite::picturesAreHeldOutScenes()
{
    const scenes::Generator generator(resources / "scenes");
    for (const auto &[image, samples] : samplesByPicture(loadSuite(folder))) {
        const std::uint64_t seed = scenes::seedOfPicture(image);
        QVERIFY(scenes::seedBelongsTo(seed, scenes::Split::HeldOut));
        const scenes::Scene scene = generator.make(seed, scenes::Split::HeldOut, 512);
        const DecodedImage decoded = loadImage(folder / image);
        QCOMPARE(decoded.image->width, 512);
        QVERIFY2(decoded.image->rgb == scene.image.rgb, image.c_str());
        for (const SuiteSample &sample : samples)
            QVERIFY2(std::any_of(scene.questions.begin(), scene.questions.end(),
                                 [&](const scenes::Question &question) {
                                     return question.text == sample.question && question.dimension == sample.dimension
                                         && question.type == sample.questionType
                                         && sample.answers == std::vector<std::string>{question.answer};
                                 }),
                     sample.id.c_str());
    }
}

void TestShippedSuite::documentedCommandGivesIt()
{
    const std::string readme = contentOf(folder / "README.md");
    const std::string command = "qmop scenes suite --out resources/suites/scenes-v1 --per-dimension 50 --seed 1"
                                " --name scenes-v1 --version 1\n";
    QVERIFY(readme.find(command) != std::string::npos);
    QVERIFY(readme.find(sha256Hex(contentOf(folder / "suite.json"))) != std::string::npos);
    const scenes::Examination again = scenes::makeExamination(resources / "scenes", {"scenes-v1", "1", 50, 1});
    QTemporaryDir made;
    saveSuite(again.suite, made.path().toStdString());
    QVERIFY(contentOf(made.path().toStdString() + "/suite.json") == contentOf(folder / "suite.json"));
}

QTEST_APPLESS_MAIN(TestShippedSuite)
#include "tst_shipped_suite.moc"

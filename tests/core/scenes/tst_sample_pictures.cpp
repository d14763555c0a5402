// SPDX-License-Identifier: GPL-3.0-or-later
//
// The gallery in resources/samples: held-out scenes, and suggested questions
// with the generator's own answers. Whether the embedded model gives them is
// asked in tests/app/tst_sample_answers.cpp.
#include "core/image/decode.h"
#include "core/scenes/atlas.h"
#include "core/scenes/phrasings.h"
#include "core/scenes/plan.h"
#include "core/scenes/questions.h"
#include "core/scenes/scene.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

using namespace qmop;
using namespace qmop::scenes;
using nlohmann::json;

namespace {

const std::filesystem::path resources = std::filesystem::path(QMOP_SOURCE_DIR) / "resources";

json samples()
{
    return json::parse(std::ifstream(resources / "samples/samples.json")).at("samples");
}

// The seed as the generator takes it for a held-out scene.
std::uint64_t heldOutSeed(std::uint64_t seed)
{
    return seedBelongsTo(seed, Split::HeldOut) ? seed : seedAt(seed, Split::HeldOut);
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

// The scene's question with this text in a wording of either split, or null. A
// wording without placeholders may be any of its type.
const Question *findQuestion(const std::vector<Question> &questions, const std::string &text)
{
    const auto found = std::find_if(questions.begin(), questions.end(), [&](const Question &question) {
        const Wording &wording = wordingOf(question.type);
        return question.text == text
            || std::find(wording.train.begin(), wording.train.end(), text) != wording.train.end()
            || std::find(wording.heldOut.begin(), wording.heldOut.end(), text) != wording.heldOut.end();
    });
    return found == questions.end() ? nullptr : &*found;
}

// In training and held-out wordings.
std::vector<Question> questionsOf(std::uint64_t seed)
{
    static const Atlas atlas(resources / "scenes");
    Plan plan = makePlan(seed, Split::HeldOut, atlas);
    std::vector<Question> questions = makeQuestions(plan);
    plan.split = Split::Train;
    const std::vector<Question> others = makeQuestions(plan);
    questions.insert(questions.end(), others.begin(), others.end());
    return questions;
}

} // namespace

class TestSamplePictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void galleryIsVaried();
    void picturesAreHeldOutScenes();
    void answersAreTheGenerators();
};

void TestSamplePictures::galleryIsVaried()
{
    std::set<int> places, styles;
    std::set<std::string> pictures;
    std::set<Dimension> dimensions;
    const Generator generator(resources / "scenes");
    for (const json &sample : samples()) {
        pictures.insert(sample.at("picture").get<std::string>());
        const std::uint64_t seed = heldOutSeed(sample.at("seed").get<std::uint64_t>());
        const Scene scene = generator.make(seed, Split::HeldOut, 128);
        places.insert(scene.place);
        styles.insert(scene.style);
        const std::vector<Question> questions = questionsOf(seed);
        for (const json &text : sample.at("questions"))
            if (const Question *question = findQuestion(questions, lowered(text.get<std::string>())))
                dimensions.insert(question->dimension);
    }
    QCOMPARE(pictures.size(), samples().size());
    QVERIFY(pictures.size() >= 12 && places.size() >= 7 && styles.size() >= 4);
    QCOMPARE(dimensions.size(), dimensionCount);
}

void TestSamplePictures::picturesAreHeldOutScenes()
{
    const Generator generator(resources / "scenes");
    for (const json &sample : samples()) {
        const std::string picture = sample.at("picture");
        const Scene scene = generator.make(sample.at("seed"), Split::HeldOut, 512);
        QVERIFY2(loadImage(resources / "samples" / picture).image->rgb == scene.image.rgb, picture.c_str());
    }
}

void TestSamplePictures::answersAreTheGenerators()
{
    for (const json &sample : samples()) {
        const std::vector<Question> questions = questionsOf(heldOutSeed(sample.at("seed").get<std::uint64_t>()));
        const std::string picture = sample.at("picture");
        QVERIFY(sample.at("questions").size() >= 3);
        QCOMPARE(sample.at("answers").size(), sample.at("questions").size());
        for (std::size_t i = 0; i < sample.at("questions").size(); ++i) {
            const std::string text = sample["questions"][i];
            const Question *question = findQuestion(questions, lowered(text));
            QVERIFY2(question != nullptr, (picture + ": " + text).c_str());
            QCOMPARE(sample["answers"][i].get<std::string>(), question->answer);
        }
    }
}

QTEST_APPLESS_MAIN(TestSamplePictures)
#include "tst_sample_pictures.moc"

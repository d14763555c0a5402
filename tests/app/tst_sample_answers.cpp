// SPDX-License-Identifier: GPL-3.0-or-later
//
// The embedded model answers every suggested question of the sample pictures
// rightly with M = 64, but for those that are there to show where it does not:
// what a person sees first must be right, and what a sample is there for must be
// seen in it.
#include "core/pipeline/pipeline.h"
#include "core/vtcbench/scorer.h"
#include "qmop/branch.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

using namespace qmop;
using nlohmann::json;

namespace {

const std::filesystem::path root = QMOP_SOURCE_DIR;

json gallery()
{
    return json::parse(std::ifstream(root / "resources/samples/samples.json")).at("samples");
}

std::string answerOf(const json &sample, int question)
{
    return normaliseAnswer(sample.at("answers").at(std::size_t(question)).get<std::string>());
}

// Whether one of the ways begins so: "prune" finds "prune 16", "qmop 4" no "qmop 64".
bool holds(const json &ways, const std::string &start)
{
    return std::any_of(ways.begin(), ways.end(), [&](const json &way) {
        const std::string text = way;
        return text == start || text.starts_with(start + ' ');
    });
}

} // namespace

Q_DECLARE_METATYPE(json)

class TestSampleAnswers : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<Pipeline> m_pipeline;

    // `way`: "qmop 64", a compressor and its budget.
    std::shared_ptr<const RunTrace> ask(const json &sample, int question, const std::string &way)
    {
        RunRequest request;
        request.image.path = root / "resources/samples" / sample.at("picture").get<std::string>();
        request.question = sample.at("questions").at(std::size_t(question)).get<std::string>();
        const std::size_t space = way.find(' ');
        request.compressor = way.substr(0, space);
        if (space != std::string::npos)
            request.budget = std::stoi(way.substr(space + 1));
        return m_pipeline->run(request);
    }

private Q_SLOTS:
    void initTestCase() { m_pipeline = std::make_unique<Pipeline>(EngineConfig{root / "models/zoo/scenes-tiny"}); }
    void areRight_data();
    void areRight();
    void showWhatTheyAreFor_data();
    void showWhatTheyAreFor();
    void theGalleryTellsEveryStory();
};

void TestSampleAnswers::areRight_data()
{
    QTest::addColumn<json>("sample");
    QTest::addColumn<int>("question");
    for (const json &sample : gallery())
        for (std::size_t i = 0; i < sample.at("questions").size(); ++i) {
            bool mayBeWrong = false;
            for (const json &story : sample.value("shows", json::array()))
                mayBeWrong = mayBeWrong
                    || (story.at("question") == i + 1 && holds(story.value("wrong", json::array()), "qmop 64"));
            const std::string picture = sample.at("picture"), question = sample["questions"][i];
            if (!mayBeWrong)
                QTest::addRow("%s: %s", picture.c_str(), question.c_str()) << sample << int(i);
        }
}

void TestSampleAnswers::areRight()
{
    QFETCH(json, sample);
    QFETCH(int, question);
    const std::shared_ptr<const RunTrace> trace = ask(sample, question, "qmop 64");
    QCOMPARE(trace->costs.visualTokens, 64);
    QCOMPARE(normaliseAnswer(trace->answer.text), answerOf(sample, question));
}

void TestSampleAnswers::showWhatTheyAreFor_data()
{
    QTest::addColumn<json>("sample");
    QTest::addColumn<json>("story");
    for (const json &sample : gallery())
        for (const json &story : sample.value("shows", json::array()))
            QTest::addRow("%s: %s", sample.at("picture").get<std::string>().c_str(),
                          story.at("what").get<std::string>().c_str())
                << sample << story;
}

void TestSampleAnswers::showWhatTheyAreFor()
{
    QFETCH(json, sample);
    QFETCH(json, story);
    const int question = story.at("question").get<int>() - 1;
    const json none = json::array();
    for (const std::string way : story.value("right", none))
        QVERIFY2(normaliseAnswer(ask(sample, question, way)->answer.text) == answerOf(sample, question), way.c_str());
    for (const std::string way : story.value("wrong", none))
        QVERIFY2(normaliseAnswer(ask(sample, question, way)->answer.text) != answerOf(sample, question), way.c_str());
    const json leaders = story.value("leader", json::object());
    for (const auto &[way, branch] : leaders.items()) {
        const PerBranch<float> alpha = ask(sample, question, way)->routing.value().alpha;
        const auto highest = std::max_element(alpha.values.begin(), alpha.values.end());
        QCOMPARE(std::string(branchKey(Branch(highest - alpha.values.begin()))), branch.get<std::string>());
    }
}

void TestSampleAnswers::theGalleryTellsEveryStory()
{
    std::set<std::string> kinds;
    for (const json &sample : gallery())
        for (const json &story : sample.value("shows", json::array())) {
            const json right = story.value("right", json::array()), wrong = story.value("wrong", json::array());
            QVERIFY(!right.empty() || !wrong.empty() || story.contains("leader"));
            if (holds(right, "qmop 64") && holds(wrong, "qmop 4"))
                kinds.insert("too few tokens");
            if (holds(wrong, "prune") && !holds(wrong, "qmop"))
                kinds.insert("pruning loses it");
            if (holds(right, "pool") && holds(wrong, "prune") && holds(wrong, "resample"))
                kinds.insert("pooling wins");
            if (holds(wrong, "none") && holds(right, "qmop"))
                kinds.insert("compression wins");
            for (const json &leader : story.value("leader", json::object()))
                kinds.insert("router: " + leader.get<std::string>());
        }
    for (const char *kind : {"too few tokens", "pruning loses it", "pooling wins", "compression wins", "router: prune"})
        QVERIFY2(kinds.contains(kind), kind);
    QVERIFY(kinds.contains("router: pool") || kinds.contains("router: resample"));
}

QTEST_GUILESS_MAIN(TestSampleAnswers)
#include "tst_sample_answers.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The embedded model answers every suggested question of the sample pictures
// rightly with M = 64: what a person sees first must be right.
#include "core/pipeline/pipeline.h"
#include "core/vtcbench/scorer.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace qmop;
using nlohmann::json;

namespace {

const std::filesystem::path root = QMOP_SOURCE_DIR;

} // namespace

class TestSampleAnswers : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<Pipeline> m_pipeline;

private Q_SLOTS:
    void initTestCase() { m_pipeline = std::make_unique<Pipeline>(EngineConfig{root / "models/zoo/scenes-tiny"}); }
    void areRight_data();
    void areRight();
};

void TestSampleAnswers::areRight_data()
{
    QTest::addColumn<std::string>("picture");
    QTest::addColumn<std::string>("question");
    QTest::addColumn<std::string>("answer");
    const json gallery = json::parse(std::ifstream(root / "resources/samples/samples.json"));
    for (const json &sample : gallery.at("samples"))
        for (std::size_t i = 0; i < sample.at("questions").size(); ++i) {
            const std::string picture = sample.at("picture"), question = sample["questions"][i];
            QTest::addRow("%s: %s", picture.c_str(), question.c_str())
                << picture << question << sample.at("answers").at(i).get<std::string>();
        }
}

void TestSampleAnswers::areRight()
{
    QFETCH(std::string, picture);
    QFETCH(std::string, question);
    QFETCH(std::string, answer);
    RunRequest request;
    request.image.path = root / "resources/samples" / picture;
    request.question = question;
    request.compressor = "qmop";
    request.budget = 64;
    const std::shared_ptr<const RunTrace> trace = m_pipeline->run(request);
    QCOMPARE(trace->costs.visualTokens, 64);
    QCOMPARE(normaliseAnswer(trace->answer.text), normaliseAnswer(answer));
}

QTEST_GUILESS_MAIN(TestSampleAnswers)
#include "tst_sample_answers.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/claims.h"
#include "core/train/held_out_score.h"
#include "qmop/error.h"
#include "tests/core/train/tiny_training.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

using namespace qmop;
using namespace qmop::train;

namespace {

// 200 questions in each dimension; `percent` of a dimension's are right, spread evenly.
std::vector<double> scoresOf(const std::vector<int> &percent)
{
    std::vector<double> scores;
    for (const int p : percent)
        for (int i = 0; i < 200; ++i)
            scores.push_back((i * 37) % 100 < p ? 1.0 : 0.0);
    return scores;
}

std::vector<Dimension> dimensions()
{
    std::vector<Dimension> all;
    for (const Dimension dimension : allDimensions)
        all.insert(all.end(), 200, dimension);
    return all;
}

Verdict verdictOf(const std::vector<Claim> &claims, const std::string &beginning)
{
    for (const Claim &claim : claims)
        if (claim.text.starts_with(beginning))
            return claim.verdict;
    throw std::runtime_error("no claim " + beginning);
}

} // namespace

class TestClaims : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hitsComeBack()
    {
        QCOMPARE(hitsText({true, false, true, false, false, false, true, true, true}), std::string("9:a38"));
        for (std::size_t n = 0; n < 11; ++n) {
            std::vector<bool> right;
            for (std::size_t i = 0; i < n; ++i)
                right.push_back(i % 3 == 1);
            QCOMPARE(hitsFromText(hitsText(right)), right);
        }
        for (const char *damaged : {"", ":", "9", "9:", "12:ab", "x:ab", "99999999999:0"})
            QVERIFY2(hitsFromText(damaged).empty(), damaged);
    }

    // Order: GU, SC, RC, SE, LD.
    void verdictsByHand()
    {
        VariantScores scores{{"pool", scoresOf({90, 50, 60, 70, 40})},  {"resample", scoresOf({70, 50, 50, 90, 40})},
                             {"prune", scoresOf({60, 50, 61, 70, 80})}, {"pool+prune", scoresOf({80, 50, 60, 70, 60})},
                             {"qmop", scoresOf({90, 60, 70, 90, 80})},  {"none", scoresOf({90, 60, 70, 90, 80})}};
        const std::vector<Claim> claims = testClaims(scores, dimensions());
        QCOMPARE(claims.size(), std::size_t(7));
        QCOMPARE(verdictOf(claims, "pooling leads on GU"), Verdict::Holds);
        QCOMPARE(verdictOf(claims, "pooling leads on SC"), Verdict::DoesNotHold); // the same answers: no lead
        QCOMPARE(verdictOf(claims, "pruning leads on LD"), Verdict::Holds);
        QCOMPARE(verdictOf(claims, "resampler leads on SE"), Verdict::Holds);
        QCOMPARE(verdictOf(claims, "resampler leads on RC"), Verdict::DoesNotHold);
        QCOMPARE(verdictOf(claims, "the router beats"), Verdict::Holds);
        QCOMPARE(verdictOf(claims, "QMoP keeps"), Verdict::Holds);
        // Means over the five: qmop 78 %, the best mixture (prune) 64.2 %.
        QVERIFY(std::abs(claims[5].difference - (78.0 - 64.2)) < 1e-9);
        QVERIFY(claims[5].interval.low < claims[5].difference && claims[5].difference < claims[5].interval.high);

        scores["qmop"] = scoresOf({80, 60, 70, 80, 80});
        QCOMPARE(verdictOf(testClaims(scores, dimensions()), "QMoP keeps"), Verdict::DoesNotHold);
        const std::string text = claimsText(scores, dimensions());
        QVERIFY(text.find("does not hold") != std::string::npos && text.find("pool+prune") != std::string::npos);
        scores.erase("none");
        scores.erase("resample");
        QCOMPARE(testClaims(scores, dimensions()).size(), std::size_t(4)); // pool, pool, prune, router
        scores["qmop"].pop_back();
        QVERIFY_EXCEPTION_THROWN(testClaims(scores, dimensions()), Error);
    }

    // Differences on a few questions say nothing either way.
    void fewQuestionsAreUndecided()
    {
        std::vector<Dimension> ten(10, Dimension::LD);
        const VariantScores scores{{"prune", {1, 0, 1, 0, 1, 0, 1, 0, 1, 0}}, {"pool", {0, 1, 1, 0, 1, 0, 1, 0, 0, 1}}};
        QCOMPARE(verdictOf(testClaims(scores, ten), "pruning leads on LD"), Verdict::Undecided);
    }

    // Seeds of a variant are averaged; other budgets and other stages are not read.
    void readsALog()
    {
        QTemporaryDir folder;
        nlohmann::json json = tinyRecipeJson();
        const nlohmann::json first = json["stages"][2], second = json["stages"][3];
        json["stages"] = nlohmann::json::array();
        for (const auto &[variant, budget] :
             std::vector<std::pair<std::string, int>>{{"pool", 16}, {"pool-s2", 16}, {"prune", 16}, {"pool", 4}})
            for (nlohmann::json stage : {first, second}) {
                stage["budget"] = budget;
                stage["variant"] = variant;
                stage["router"] = 0;
                stage["branches"] = {variant.substr(0, variant.find('-'))};
                stage["seed"] = variant == "pool-s2" ? 2 : 0;
                json["stages"].push_back(stage);
            }
        const Recipe recipe = readRecipe(writeRecipe(folder.path().toStdString(), json));
        const std::filesystem::path log = folder.filePath("training.jsonl").toStdString();
        std::ofstream stream(log);
        const auto evaluation = [&](const std::string &stage, const std::vector<bool> &hits) {
            stream << nlohmann::json{{"stage", stage}, {"step", 8}, {"evaluation", {{"hits", hitsText(hits)}}}} << "\n";
        };
        evaluation("base", {true, true, true});
        evaluation("stage1-16-pool", {false, false, false});
        evaluation("stage2-16-pool", {false, false, false}); // not the last
        evaluation("stage2-16-pool", {true, true, false});
        evaluation("stage2-16-pool-s2", {true, false, false});
        evaluation("stage2-16-prune", {false, false, true});
        evaluation("stage2-4-pool", {true, true, true});
        for (const char *damaged : {"[1]", "{\"stage\": 5, \"evaluation\": {\"hits\": \"3:a\"}}",
                                    "{\"stage\": \"stage2-16-pool\", \"evaluation\": 3}", "{\"stage\": \"stage2-16-po"})
            stream << damaged << "\n";
        stream.close();
        const VariantScores scores = readVariantScores(recipe, log, 16);
        QCOMPARE(scores.size(), std::size_t(3));
        QCOMPARE(scores.at("pool"), std::vector<double>({1.0, 0.5, 0.0}));
        QCOMPARE(scores.at("prune"), std::vector<double>({0.0, 0.0, 1.0}));
        QCOMPARE(scores.at("none"), std::vector<double>({1.0, 1.0, 1.0}));
        QVERIFY_EXCEPTION_THROWN(readVariantScores(recipe, log, 64), Error);
        QVERIFY_EXCEPTION_THROWN(readVariantScores(recipe, folder.filePath("none").toStdString(), 16), Error);
    }

    // What the recipe's page tells was computed from: of the same questions, and of stages that the recipe has.
    void theShippedLogIsOfTheShippedRecipe()
    {
        const Recipe recipe = readRecipe(QMOP_SOURCE_DIR "/resources/recipes/ablation.json");
        const std::vector<Dimension> dimensions
            = heldOutDimensions(QMOP_SOURCE_DIR "/resources/scenes", recipe.stages.back().evaluatePictures);
        std::ifstream stream(QMOP_SOURCE_DIR "/resources/recipes/ablation.jsonl");
        int lines = 0;
        for (std::string line; std::getline(stream, line); ++lines) {
            const nlohmann::json json = nlohmann::json::parse(line), evaluation = json["evaluation"];
            const std::string name = json["stage"];
            QVERIFY2(name == "base"
                         || std::ranges::any_of(recipe.stages,
                                                [&](const StageRecipe &stage) { return stageName(stage) == name; }),
                     name.c_str());
            const std::vector<bool> hits = hitsFromText(evaluation["hits"]);
            QCOMPARE(hits.size(), dimensions.size());
            std::map<Dimension, std::pair<int, int>> counted; // right, asked
            for (std::size_t i = 0; i < hits.size(); ++i) {
                counted[dimensions[i]].first += hits[i] ? 1 : 0;
                ++counted[dimensions[i]].second;
            }
            for (const auto &[dimension, count] : counted) {
                const double percent = 100.0 * count.first / count.second;
                QVERIFY2(std::abs(percent - evaluation[std::string(dimensionKey(dimension))].get<double>()) < 0.051, name.c_str());
            }
        }
        QVERIFY(lines > 1);
    }

    void dimensionsAreTheQuestions()
    {
        const std::vector<Dimension> dimensions = heldOutDimensions(QMOP_SOURCE_DIR "/resources/scenes", 3);
        const scenes::Generator generator(QMOP_SOURCE_DIR "/resources/scenes");
        const auto seed = scenes::seedAt(0, scenes::Split::HeldOut);
        const scenes::Scene first = generator.make(seed, scenes::Split::HeldOut, 128);
        QVERIFY(dimensions.size() > first.questions.size() + 4);
        for (std::size_t q = 0; q < first.questions.size(); ++q)
            QCOMPARE(dimensions[q], first.questions[q].dimension);
    }
};

QTEST_APPLESS_MAIN(TestClaims)
#include "tst_claims.moc"

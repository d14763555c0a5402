// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/vtcbench/bootstrap.h"
#include "core/vtcbench/report.h"
#include "core/vtcbench/score.h"
#include "core/vtcbench/scorer.h"
#include "qmop/error.h"

using namespace qmop;
using nlohmann::ordered_json;

class TestBenchRunner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bootstrapIsSeeded();
    void bootstrapOfConstants();
    void bootstrapAgreesWithTheNormalInterval();
    void bootstrapCoversTheTruth();
    void pairedIsNarrowerThanUnpaired();
    void scoresByHand();
    void comparison();
    void points();
    void reportByHand();
    void reportSaysWhatAnswered();
    void tableForPeople();
    void runsPicturesOnce();
    void cancel();
    void errorNamesTheSample();
};

namespace {

// Two samples of GU, three of SC, one of LD with ten references.
Suite smallSuite()
{
    Suite suite{"small", "1", "soft", "CC0-1.0", "by hand", {}};
    const auto add = [&suite](const char *id, Dimension dimension, std::vector<std::string> answers) {
        suite.samples.push_back({id, "one.png", "question?", std::move(answers), dimension, ""});
    };
    add("g1", Dimension::GU, {"forest"});
    add("g2", Dimension::GU, {"night"});
    add("s1", Dimension::SC, {"2"});
    add("s2", Dimension::SC, {"left"});
    add("s3", Dimension::SC, {"3"});
    add("l1", Dimension::LD, {"stop", "stop", "shop", "x", "x", "x", "x", "x", "x", "x"});
    return suite;
}

std::vector<double> alternating(int count, int period)
{
    std::vector<double> scores;
    for (int i = 0; i < count; ++i)
        scores.push_back(i % period == 0 ? 1 : 0);
    return scores;
}

}

void TestBenchRunner::bootstrapIsSeeded()
{
    const std::vector<double> scores = alternating(97, 3);
    const Interval first = bootstrapMean(scores), second = bootstrapMean(scores);
    QCOMPARE(first.low, second.low);
    QCOMPARE(first.high, second.high);
    // An independent SplitMix64 and quantile in Python draw these for the default seed.
    QCOMPARE(first.low, 24.0 / 97);
    QCOMPARE(first.high, 42.0 / 97);
    const Interval other = bootstrapMean(scores, {500, 1});
    QVERIFY(other.low != first.low || other.high != first.high);
}

void TestBenchRunner::bootstrapOfConstants()
{
    const Interval ones = bootstrapMean(std::vector<double>(20, 1.0));
    QCOMPARE(ones.low, 1.0);
    QCOMPARE(ones.high, 1.0);
    const Interval none = bootstrapMean(std::vector<double>{});
    QCOMPARE(none.low, 0.0);
    QCOMPARE(none.high, 0.0);
}

// 400 samples, mean 0.5: standard error 0.025, 95 % within 1.96 of it.
void TestBenchRunner::bootstrapAgreesWithTheNormalInterval()
{
    const Interval interval = bootstrapMean(alternating(400, 2));
    QVERIFY2(std::abs(interval.low - 0.451) < 0.004, qPrintable(QString::number(interval.low)));
    QVERIFY2(std::abs(interval.high - 0.549) < 0.004, qPrintable(QString::number(interval.high)));
}

// Draw many samples of a coin with p = 0.3: about 95 % of the intervals hold p.
void TestBenchRunner::bootstrapCoversTheTruth()
{
    std::uint32_t state = 1;
    int covered = 0;
    constexpr int rounds = 400;
    for (int round = 0; round < rounds; ++round) {
        std::vector<double> scores;
        for (int i = 0; i < 200; ++i) {
            state = state * 1664525 + 1013904223;
            scores.push_back((state >> 8) % 1000 < 300 ? 1 : 0);
        }
        const Interval interval = bootstrapMean(scores, {300, std::uint64_t(round)});
        covered += interval.low <= 0.3 && 0.3 <= interval.high ? 1 : 0;
    }
    // Binomial(400, 0.95) has a standard deviation of 4.4; small resampling widens it a little.
    QVERIFY2(covered > 362 && covered <= 396, qPrintable(QString::number(covered)));
}

// 15 of 300 better and none worse: surely better, although the two intervals overlap widely.
void TestBenchRunner::pairedIsNarrowerThanUnpaired()
{
    Suite suite = smallSuite();
    suite.samples.resize(300, suite.samples[0]);
    const std::vector<double> a = alternating(300, 2);
    std::vector<double> b = a;
    for (std::size_t i = 1; i < 30; i += 2)
        b[i] = 1;
    const ScoreValue paired = compareScores(suite, a, b).average;
    QVERIFY(paired.low > 2 && paired.low < 5 && paired.high > 5 && paired.high < 8);
    QVERIFY(summariseScores(suite, a).average.high > summariseScores(suite, b).average.low);
    QCOMPARE(compareScores(suite, b, a).average.high, -paired.low);
}

void TestBenchRunner::scoresByHand()
{
    // GU 1 of 2, SC 2 of 3, LD 2 of 3 matches: average (1 + 2 + 2/3) / 6.
    const std::vector<std::string> answers{"Forest.", "day", "two", "left", "two", "stop"};
    const Suite suite = smallSuite();
    std::vector<double> scores;
    for (std::size_t i = 0; i < answers.size(); ++i)
        scores.push_back(scoreSample(suite.scorer, answers[i], suite.samples[i]));
    const SuiteScore score = summariseScores(suite, scores);
    const auto dimension = [&score](Dimension d) { return score.dimensions[std::size_t(d)]; };
    QCOMPARE(dimension(Dimension::GU).percent, 50.0);
    QCOMPARE(dimension(Dimension::GU).samples, 2);
    QCOMPARE(dimension(Dimension::SC).percent, 200.0 / 3);
    QCOMPARE(dimension(Dimension::LD).percent, 200.0 / 3);
    QCOMPARE(dimension(Dimension::RC).samples, 0);
    QCOMPARE(score.average.samples, 6);
    QCOMPARE(score.average.percent, 100 * (3 + 2.0 / 3) / 6);
    QVERIFY(score.average.low < score.average.percent && score.average.percent < score.average.high);
    QCOMPARE(dimension(Dimension::GU).low, 0.0);
    QCOMPARE(dimension(Dimension::GU).high, 100.0);
    QVERIFY_EXCEPTION_THROWN(summariseScores(suite, std::vector<double>(5)), std::invalid_argument);
}

void TestBenchRunner::comparison()
{
    const Suite suite = smallSuite();
    const std::vector<double> a{1, 0, 0, 0, 0, 1}, b{1, 1, 1, 1, 1, 0};
    const SuiteScore difference = compareScores(suite, a, b);
    QCOMPARE(difference.dimensions[std::size_t(Dimension::GU)].percent, 50.0);
    QCOMPARE(difference.dimensions[std::size_t(Dimension::SC)].percent, 100.0);
    QCOMPARE(difference.dimensions[std::size_t(Dimension::SC)].low, 100.0);
    QCOMPARE(difference.dimensions[std::size_t(Dimension::LD)].percent, -100.0);
    QCOMPARE(difference.average.percent, 50.0);
}

void TestBenchRunner::points()
{
    const std::vector<BenchPoint> expected{{"blind", 0}, {"qmop", 64}, {"qmop", 16},
                                           {"none", 0},  {"pool", 64}, {"pool", 16}};
    QVERIFY(benchPoints({"blind", "qmop", "none", "qmop", "pool"}, {64, 16, 64}) == expected);
}

void TestBenchRunner::reportByHand()
{
    const Suite suite = smallSuite();
    const BenchReport report = runSuite(suite, benchPoints({"none", "qmop"}, {64}),
                                        [](const SuiteSample &sample, const std::string &compressor, int budget) {
                                            SampleResult result;
                                            result.answer = sample.answers[0];
                                            if (compressor == "none")
                                                return result;
                                            if (sample.id == "s1" || budget != 64)
                                                result.answer = "wrong";
                                            // Each sample of SC routes otherwise.
                                            const float pool = sample.id == "s1" ? 0.5F : 0.25F;
                                            result.alpha = PerBranch<float>{{pool, 0.0F, 1 - pool}};
                                            result.active = {{true, false, sample.id != "s3"}};
                                            return result;
                                        });
    const ordered_json j = reportJson(report);
    QCOMPARE(j["suite"], "small");
    QCOMPARE(j["version"], "1");
    QCOMPARE(j["scorer"], "soft");
    QCOMPARE(j["runs"].size(), std::size_t(2));
    const ordered_json &none = j["runs"][0], &qmop = j["runs"][1];
    QCOMPARE(none["compressor"], "none");
    QCOMPARE(none["budget"], 0);
    QCOMPARE(none["mean_alpha"]["GU"], nullptr);
    QCOMPARE(none["active_branches"]["SC"]["pool"], 0);
    QCOMPARE(none["retention"], 100.0);
    QCOMPARE(none["scores"]["RC"], nullptr);
    QCOMPARE(none["scores"]["SC"], 100.0);

    QCOMPARE(qmop["compressor"], "qmop");
    QCOMPARE(qmop["budget"], 64);
    QCOMPARE(qmop["n"], 6);
    QCOMPARE(qmop["scores"]["GU"], 100.0);
    QVERIFY(std::abs(qmop["scores"]["SC"].get<double>() - 200.0 / 3) < 1e-9);
    const double full = 5 + 2.0 / 3; // LD: two of ten agree
    QVERIFY(std::abs(qmop["scores"]["avg"].get<double>() - 100 * (full - 1) / 6) < 1e-9);
    QVERIFY(std::abs(qmop["retention"].get<double>() - 100 * (full - 1) / full) < 1e-9);
    QCOMPARE(qmop["interval"].size(), std::size_t(2));
    QVERIFY(qmop["interval"][0] < qmop["interval"][1]);
    QVERIFY(std::abs(qmop["mean_alpha"]["SC"]["pool"].get<double>() - 1.0 / 3) < 1e-6);
    QCOMPARE(qmop["mean_alpha"]["SC"]["resample"], 0.0);
    QVERIFY(std::abs(qmop["mean_alpha"]["SC"]["prune"].get<double>() - 2.0 / 3) < 1e-6);
    QCOMPARE(qmop["mean_alpha"]["SE"], nullptr);
    QCOMPARE(qmop["active_branches"]["SC"], ordered_json::parse(R"({"pool": 3, "resample": 0, "prune": 2})"));

    std::vector<std::string> keys;
    for (const auto &[key, value] : qmop.items())
        keys.push_back(key);
    const std::vector<std::string> expected{"compressor", "budget",          "scores",    "n",           "interval",
                                            "mean_alpha", "active_branches", "retention", "model_sha256",
                                            "answers"};
    QCOMPARE(keys, expected);
}

void TestBenchRunner::reportSaysWhatAnswered()
{
    BenchReport report = runSuite(smallSuite(), benchPoints({"none", "qmop"}, {64}),
                                  [](const SuiteSample &, const std::string &compressor, int) {
                                      SampleResult result;
                                      result.modelHash = compressor == "none" ? "" : "abc";
                                      return result;
                                  });
    report.model = "tiny";
    report.fusion = FusionMode::Soft;
    const ordered_json soft = reportJson(report);
    QCOMPARE(soft["model"], "tiny");
    QCOMPARE(soft["fusion"], "soft");
    QCOMPARE(soft["fusion_threshold"], nullptr);
    QCOMPARE(soft["runs"][0]["model_sha256"], nullptr);
    QCOMPARE(soft["runs"][1]["model_sha256"], "abc");
    report.fusion = FusionMode::Threshold;
    report.fusionThreshold = 0.5;
    QCOMPARE(reportJson(report)["fusion_threshold"], 0.5);
}

void TestBenchRunner::tableForPeople()
{
    const BenchReport report = runSuite(
        smallSuite(), benchPoints({"none", "pool"}, {64}),
        [](const SuiteSample &sample, const std::string &compressor, int) {
            return SampleResult{compressor == "none" || sample.id == "g1" ? sample.answers[0] : "", {}, {}, {}};
        });
    const QStringList lines = QString::fromStdString(reportTable(report)).split('\n');
    QCOMPARE(lines[0], QString("small 1, scorer soft"));
    QCOMPARE(lines[1].simplified(), QString("compressor budget GU SC RC SE LD avg 95 % n retention"));
    QVERIFY2(lines[2].simplified().startsWith("none - 100.0 100.0 - - 66.7 94.4 "), qPrintable(lines[2]));
    QVERIFY2(lines[2].endsWith(" 100.0 %"), qPrintable(lines[2]));
    QVERIFY2(lines[3].simplified().startsWith("pool 64 50.0 0.0 - - 0.0 16.7 0.0 - "), qPrintable(lines[3]));
    QVERIFY2(lines[3].endsWith(" 17.6 %"), qPrintable(lines[3])); // 1 of 5.667
}

void TestBenchRunner::runsPicturesOnce()
{
    // All points of one sample follow each other, and progress counts them all.
    std::vector<std::string> order;
    int lastDone = 0;
    double scores = 0;
    runSuite(
        smallSuite(), benchPoints({"none", "pool"}, {64}),
        [&order](const SuiteSample &sample, const std::string &compressor, int) {
            order.push_back(sample.id + " " + compressor);
            return SampleResult{sample.answers[0], {}, {}, {}};
        },
        [&](const BenchProgress &progress) {
            QCOMPARE(progress.done, lastDone + 1);
            QCOMPARE(progress.total, 12);
            QCOMPARE(progress.sample->id + " " + progress.point->compressor, order.back());
            QCOMPARE(progress.result->answer, progress.sample->answers[0]);
            scores += progress.score;
            lastDone = progress.done;
        });
    QCOMPARE(lastDone, 12);
    QCOMPARE(order[0], std::string("g1 none"));
    QCOMPARE(order[1], std::string("g1 pool"));
    QCOMPARE(order[2], std::string("g2 none"));
    QCOMPARE(scores, 2 * (5 + 2.0 / 3));
}

void TestBenchRunner::cancel()
{
    std::stop_source stop;
    int asked = 0;
    try {
        runSuite(
            smallSuite(), {{"none", 0}},
            [&](const SuiteSample &, const std::string &, int) {
                if (++asked == 3)
                    stop.request_stop();
                return SampleResult{};
            },
            {}, stop.get_token());
        QFAIL("went on");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::Cancelled);
    }
    QCOMPARE(asked, 3);
}

void TestBenchRunner::errorNamesTheSample()
{
    try {
        runSuite(smallSuite(), {{"none", 0}}, [](const SuiteSample &sample, const std::string &, int) -> SampleResult {
            if (sample.id == "s1")
                throw Error(ErrorCode::ImageUnreadable, "one.png is truncated", "copy it again");
            return {};
        });
        QFAIL("went on");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::ImageUnreadable);
        QCOMPARE(QString(error.what()), QString("sample s1: one.png is truncated"));
        QCOMPARE(QString::fromStdString(error.hint()), QString("copy it again"));
    }
}

QTEST_APPLESS_MAIN(TestBenchRunner)
#include "tst_bench_runner.moc"

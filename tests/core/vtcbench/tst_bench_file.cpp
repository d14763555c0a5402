// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/vtcbench/bench_file.h"
#include "core/vtcbench/bench_request.h"
#include "core/vtcbench/report.h"
#include "qmop/error.h"
#include "tests/widgets/trace_fixture.h"

#include <QTemporaryDir>

#include <cmath>
#include <fstream>

using namespace qmop;

class TestBenchFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writtenAndRead();
    void stoppedBenchKeepsWhatItHas();
    void resultOfATraceByHand();
    void readsTheFirstSchema();
    void refused_data();
    void refused();
    void truncatedAnywhereIsRefused();
    void deepIsRefused();
    void files();
};

namespace {

Suite twoSamples()
{
    Suite suite{"small", "1", "exact", "CC0-1.0", "by hand", {}};
    suite.samples = {{"a", "one.png", "what is it?", {"fox", "a fox"}, Dimension::GU, "thing"},
                     {"b", "two.png", "how many \"eyes\"?", {"2"}, Dimension::SC, ""}};
    return suite;
}

SampleResult answerOf(const SuiteSample &sample, const BenchPoint &point)
{
    SampleResult result;
    result.answer = point.compressor == "none" ? sample.answers[0] : "ein Käfer";
    result.imageHash = "hash of " + sample.image;
    result.modelHash = "abc";
    result.probability = 0.125;
    if (point.compressor == "none")
        return result;
    result.alpha = PerBranch<float>{{0.25F, 0.5F, 0.25F}};
    result.selected = PerBranch<float>{{0, 0.75F, 0.25F}};
    result.active = {{false, true, true}};
    result.entropy = entropyOf(*result.alpha);
    result.keptShare = 0.25;
    result.margin = 0.0625;
    result.seconds = 0.5;
    result.firstTokenSeconds = 0.25;
    return result;
}

SuiteRun answered(int answers)
{
    SuiteRun run(twoSamples(), benchPoints({"none", "qmop"}, {64}));
    for (int i = 0; i < answers; ++i)
        run.take(answerOf(run.sample(), run.point()));
    return run;
}

std::string validText()
{
    return reportText(answered(4).report());
}

}

void TestBenchFile::writtenAndRead()
{
    const std::string text = validText();
    // A sample and an answer are a line each.
    QCOMPARE(QString::fromStdString(text).count(QStringLiteral("\n  {\"id\"")), 2);
    QCOMPARE(QString::fromStdString(text).count(QStringLiteral("{\"answer\"")), 4);
    const BenchRecord record = parseBenchRecord(text, "test");
    QCOMPARE(record.suite, std::string("small"));
    QCOMPARE(record.scorer, std::string("exact"));
    QCOMPARE(record.samples.size(), std::size_t(2));
    QCOMPARE(record.samples[1].question, std::string("how many \"eyes\"?"));
    QCOMPARE(record.samples[0].answers, (std::vector<std::string>{"fox", "a fox"}));
    QCOMPARE(record.samples[0].questionType, std::string("thing"));
    QCOMPARE(record.samples[1].dimension, Dimension::SC);
    QCOMPARE(record.referenceMethod(), 0);
    const BenchMethod &none = record.methods[0], &qmop = record.methods[1];
    QCOMPARE(methodName(qmop.point), std::string("qmop · 64"));
    QCOMPARE(none.scores, (std::vector<double>{1, 1}));
    QCOMPARE(qmop.scores, (std::vector<double>{0, 0}));
    QVERIFY(!none.results[0].alpha && !none.results[0].margin);
    const SampleResult &result = qmop.results[1];
    QCOMPARE(result.answer, std::string("ein Käfer"));
    QCOMPARE((*result.alpha)[Branch::Resample], 0.5F);
    QCOMPARE((*result.selected)[Branch::Resample], 0.75F);
    QVERIFY(!result.active[Branch::Pool] && result.active[Branch::Prune]);
    QVERIFY(std::abs(*result.entropy - 1.5 * std::log(2.0)) < 1e-6); // 1/4, 1/2, 1/4
    QCOMPARE(*result.keptShare, 0.25);
    QCOMPARE(*result.margin, 0.0625);
    QCOMPARE(*result.seconds, 0.5);
    QCOMPARE(*result.firstTokenSeconds, 0.25);
    QCOMPARE(*result.probability, 0.125);
    QCOMPARE(qmop.modelHash, std::string("abc"));
    // Not UTF-8: replaced, and still read.
    SuiteRun broken(twoSamples(), {{"none", 0}});
    SampleResult half;
    half.answer = "caf\xc3";
    broken.take(half);
    broken.take(half);
    QCOMPARE(parseBenchRecord(reportText(broken.report()), "test").methods[0].results[0].answer,
             std::string("caf\xef\xbf\xbd"));
}

void TestBenchFile::stoppedBenchKeepsWhatItHas()
{
    const SuiteRun run = answered(3); // sample b under "none" only
    QCOMPARE(run.done(), 3);
    QCOMPARE(run.total(), 4);
    QVERIFY(!run.atEnd());
    QCOMPARE(run.sample().id, std::string("b"));
    QCOMPARE(run.point().compressor, std::string("qmop"));
    const BenchRecord live = run.record();
    QCOMPARE(live.methods[0].results.size(), std::size_t(2));
    QCOMPARE(live.methods[1].results.size(), std::size_t(1));
    QCOMPARE(live.methods[1].modelHash, std::string("abc"));
    const BenchReport report = run.report();
    QCOMPARE(report.runs[0].score.average.samples, 1); // what all points have
    QCOMPARE(report.runs[1].score.average.samples, 1);
    QCOMPARE(*report.runs[1].retention, 0.0);
    const BenchRecord read = parseBenchRecord(reportText(report), "test");
    QCOMPARE(read.samples.size(), std::size_t(2));
    QCOMPARE(read.methods[1].results.size(), std::size_t(1));
    QVERIFY(parseBenchRecord(reportText(answered(0).report()), "test").methods[1].results.empty());
}

void TestBenchFile::resultOfATraceByHand()
{
    auto trace = fixture::makeTrace({.kept = {0, 1, 2, 3}});
    trace->answer.tokens.push_back(trace->answer.tokens.front());
    trace->answer.tokens.back().probability = 0.5;
    trace->answer.tokens.back().alternatives = {{42, "fox", 0.5}, {43, "cat", 0.375}};
    trace->answer.logProbability = std::log(0.25);
    trace->grid.isPadding.assign(256, 0);
    trace->grid.isPadding[3] = 1; // one of the kept
    for (int patch = 100; patch < 155; ++patch)
        trace->grid.isPadding[std::size_t(patch)] = 1;
    const SampleResult result = sampleResult(*trace);
    QCOMPARE(*result.keptShare, 3.0 / 200);
    QCOMPARE(*result.margin, 0.125);
    QVERIFY(std::abs(*result.probability - 0.25) < 1e-12);
    QVERIFY(std::abs(*result.seconds - 0.022) < 1e-12);
    QCOMPARE(*result.firstTokenSeconds, 0.020);
    QVERIFY(std::abs(*result.entropy - (-0.21 * std::log(0.21) - 0.04 * std::log(0.04) - 0.75 * std::log(0.75)))
            < 1e-6);
    QCOMPARE((*result.selected)[Branch::Resample], 0.0F);
    // Where pruning did not enter the answer, no patch was kept.
    fixture::pruneBeside(*trace);
    QVERIFY(!sampleResult(*trace).keptShare);
    const auto attended = fixture::makeTrace({.kept = {0, 1, 2, 3}, .compressor = "cls-prune"});
    QCOMPARE(*sampleResult(*attended).keptShare, 4.0 / 256);
    // A branch that was forced is not the router's choice.
    trace->routing->forced = true;
    QVERIFY(!sampleResult(*trace).alpha && !sampleResult(*trace).entropy);
    trace->request.compressor = "none";
    trace->routing.reset();
    QCOMPARE(*sampleResult(*trace).keptShare, 1.0);

    const RunRequest request
        = benchRequest({}, "suite", {"a", "p/one.png", "what?", {"x"}, Dimension::GU, ""}, {"prune", 16});
    QCOMPARE(request.image.path, std::filesystem::path("suite/p/one.png"));
    QCOMPARE(request.question, std::string("what?"));
    QCOMPARE(request.budget, 16);
    QVERIFY(request.decode.topK >= 2);
}

// The scores that shipped with earlier versions.
void TestBenchFile::readsTheFirstSchema()
{
    const BenchRecord record = parseBenchRecord(
        R"({"suite": "s", "version": "1", "runs": [{"compressor": "none", "budget": 0, "model_sha256": null}]})",
        "test");
    QVERIFY(record.samples.empty());
    QCOMPARE(record.methods.size(), std::size_t(1));
}

void TestBenchFile::refused_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("says");
    QTest::newRow("newer") << "\"schema\": 2"
                           << "\"schema\": 3"
                           << "newer schema 3";
    QTest::newRow("schema text") << "\"schema\": 2"
                                 << "\"schema\": \"2\""
                                 << "\"schema\" is no number";
    QTest::newRow("no suite") << "\"suite\""
                              << "\"sweet\""
                              << "\"suite\" is missing";
    QTest::newRow("samples") << "\"samples\": ["
                             << "\"samples\": 3, \"x\": ["
                             << "\"samples\" is not a list";
    QTest::newRow("sample") << "{\"id\":\"a\""
                            << "{\"id\":7"
                            << "sample 1: \"id\" is not a text";
    QTest::newRow("dimension") << "\"SC\",\"image"
                               << "\"XX\",\"image"
                               << "sample 2: \"dimension\" is \"XX\"";
    QTest::newRow("references") << "[\"fox\",\"a fox\"]"
                                << "[\"fox\",1]"
                                << "holds something that is not a text";
    QTest::newRow("score") << "\"score\":1.0"
                           << "\"score\":1.5"
                           << "run 1 (none): answer 1: \"score\"";
    QTest::newRow("no score") << "\"score\":1.0"
                              << "\"scores\":1.0"
                              << "answer 1: \"score\" is missing";
    QTest::newRow("answer") << "{\"answer\":\"ein"
                            << "{\"answr\":\"ein"
                            << "run 2 (qmop · 64): answer 1: \"answer\"";
    QTest::newRow("alpha") << "\"alpha\":{\"pool\":0.25"
                           << "\"alpha\":{\"pool\":-1"
                           << "\"pool\" is no number";
    QTest::newRow("branch") << "\"selected\":{\"pool\""
                            << "\"selected\":{\"pol\""
                            << "\"selected\" lacks a branch";
    QTest::newRow("entropy") << "\"entropy\":1"
                             << "\"entropy\":9"
                             << "\"entropy\" is no number";
    QTest::newRow("kept") << "\"kept_share\":0.25"
                          << "\"kept_share\":25"
                          << "\"kept_share\"";
    QTest::newRow("seconds") << "\"seconds\":0.5"
                             << "\"seconds\":-0.5"
                             << "\"seconds\"";
    QTest::newRow("budget") << "\"budget\": 64"
                            << "\"budget\": -64"
                            << "run 2: \"budget\"";
    QTest::newRow("too many answers") << "{\"answer\":\"fox\""
                                      << "{\"answer\":\"\",\"score\":1},{\"answer\":\"fox\""
                                      << "more answers than the report has samples";
    QTest::newRow("an array") << "{\n \"schema\""
                              << "[1]//"
                              << "is not JSON";
}

void TestBenchFile::refused()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, says);
    QString text = QString::fromStdString(validText());
    const qsizetype at = text.indexOf(from);
    QVERIFY2(at >= 0, qPrintable(text));
    text.replace(at, from.size(), to);
    try {
        parseBenchRecord(text.toStdString(), "results.json");
        QFAIL("was taken");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidSuite);
        QVERIFY2(QString(error.what()).startsWith("results.json: "), error.what());
        QVERIFY2(QString(error.what()).contains(says), error.what());
        QVERIFY(!error.hint().empty());
    }
}

void TestBenchFile::truncatedAnywhereIsRefused()
{
    const std::string text = validText();
    const std::size_t end = text.find_last_of('}');
    for (std::size_t length = 0; length <= end; ++length) {
        try {
            parseBenchRecord(std::string_view(text).substr(0, length), "test");
            QFAIL(qPrintable(QStringLiteral("%1 bytes were taken").arg(length)));
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidSuite);
        }
    }
}

void TestBenchFile::deepIsRefused()
{
    const std::string open(100'000, '['), closed(100'000, ']');
    for (const std::string &text : {open, "{\"samples\": " + open, open + closed,
                                    "{\"suite\": \"s\", \"version\": \"1\", \"samples\": " + open + closed + "}"})
        QVERIFY_EXCEPTION_THROWN(parseBenchRecord(text, "test"), Error);
}

void TestBenchFile::files()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("results.json").toStdString();
    QVERIFY_EXCEPTION_THROWN(readBenchFile(path), Error);
    QVERIFY(!looksLikeBenchFile(path));
    std::ofstream(path) << validText();
    QCOMPARE(readBenchFile(path).samples.size(), std::size_t(2));
    QVERIFY(looksLikeBenchFile(path));
    QVERIFY_EXCEPTION_THROWN(readBenchFile(folder.path().toStdString()), Error);
    std::ofstream(path) << R"({"samples": [{"picture": "market.png"}]})";
    QVERIFY(!looksLikeBenchFile(path));
}

QTEST_APPLESS_MAIN(TestBenchFile)
#include "tst_bench_file.moc"

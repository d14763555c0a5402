// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/suite_file.h"
#include "qmop/error.h"
#include "tests/fixtures/random_checkpoint.h"

#include <QtTest>

#include <QProcess>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

using namespace qmop;
using nlohmann::json;

// `qmop bench` as a process, on a model with random weights.
class TestBenchCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void report();
    void tableAndAnswers();
    void budgetsComeFromTheCheckpoint();
    void impossiblePairsAreLeftOut();
    void refused_data();
    void refused();
    void ctrlC();
    void aSuiteOfOnesOwn();
    void ownSuiteRefused();

private:
    struct Outcome {
        int exitCode = -1;
        QByteArray out;
        QByteArray err;
    };

    std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    void writeSuite(const char *name, int samples) const;
    Outcome bench(const QStringList &arguments) const;
    // `qmop suite …` of a person whose data folder is the test's.
    Outcome suite(const QStringList &arguments) const;

    QTemporaryDir m_folder;
};

void TestBenchCommand::writeSuite(const char *name, int samples) const
{
    std::filesystem::create_directory(path(name));
    const std::vector<std::uint8_t> png = stripedPng(60, 40);
    std::ofstream(path(name) / "one.png", std::ios::binary)
        .write(reinterpret_cast<const char *>(png.data()), std::streamsize(png.size()));
    Suite suite{name, "1", "exact", "CC0-1.0", "made by the test", {}};
    for (int i = 0; i < samples; ++i)
        suite.samples.push_back({"s" + std::to_string(i),
                                 "one.png",
                                 "what is it?",
                                 {"no such answer"},
                                 allDimensions[std::size_t(i) % 3],
                                 ""}); // GU, SC, RC
    saveSuite(suite, path(name));
}

TestBenchCommand::Outcome TestBenchCommand::bench(const QStringList &arguments) const
{
    QProcess process;
    QStringList all{"bench", "--threads", "1", "--max-tokens", "3"};
    if (!arguments.contains("--model"))
        all << "--model" << m_folder.filePath("model");
    process.start(QMOP_BIN_DIR "/qmop", all + arguments);
    if (!process.waitForFinished(120000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void TestBenchCommand::initTestCase()
{
    RandomCheckpointOptions options;
    options.strides = {2, 4};
    writeRandomCheckpoint(path("model"), options);
    writeSuite("suite", 4);
    writeSuite("long", 300);
    std::filesystem::create_directory(path("empty"));
}

void TestBenchCommand::report()
{
    const Outcome outcome
        = bench({m_folder.filePath("suite"), "--compressors", "none,qmop,prune,blind", "--budgets", "64,16", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    const json report = json::parse(outcome.out.toStdString());
    QCOMPARE(report["suite"], "suite");
    QCOMPARE(report["fusion"], "top2");
    QCOMPARE(report["fusion_threshold"], nullptr);
    // The hashes are those of a run: of the base, and of the base with a budget's files.
    const auto hashOf = [&](const QStringList &arguments) {
        QProcess process;
        process.start(QMOP_BIN_DIR "/qmop",
                      QStringList{"run", m_folder.filePath("suite/one.png"), "what is it?", "--max-tokens", "1",
                                  "--threads", "1", "--model", m_folder.filePath("model")}
                          + arguments);
        process.waitForFinished(120000);
        const json environment = json::parse(process.readAllStandardOutput().toStdString())["environment"];
        return std::pair(environment["model"], environment["model_sha256"]);
    };
    const auto base = hashOf({"--compressor", "none"}), compressed = hashOf({"--budget", "16"});
    QVERIFY(base.second != compressed.second);
    QCOMPARE(report["model"], base.first);
    QCOMPARE(report["runs"][0]["model_sha256"], base.second);
    QCOMPARE(report["runs"][2]["model_sha256"], compressed.second);
    QCOMPARE(report["runs"][5]["model_sha256"], base.second);
    QCOMPARE(report["runs"].size(), std::size_t(6)); // none, qmop 64 and 16, prune 64 and 16, blind
    for (const json &run : report["runs"]) {
        QCOMPARE(run["n"], 4);
        QCOMPARE(run["scores"]["avg"], 0.0);
        QCOMPARE(run["scores"]["SE"], nullptr);
        QCOMPARE(run["retention"], nullptr); // nothing right with all tokens either
        const bool routed = run["compressor"] == "qmop";
        QCOMPARE(run["mean_alpha"]["GU"].is_null(), !routed);
        if (!routed)
            continue;
        const json &alpha = run["mean_alpha"]["GU"];
        const double sum = alpha["pool"].get<double>() + alpha["resample"].get<double>() + alpha["prune"].get<double>();
        QVERIFY2(std::abs(sum - 1) < 1e-5, qPrintable(QString::number(sum)));
        const json &active = run["active_branches"]["GU"]; // two samples of GU, two branches each
        QCOMPARE(active["pool"].get<int>() + active["resample"].get<int>() + active["prune"].get<int>(), 4);
    }
    QCOMPARE(report["runs"][3]["compressor"], "prune");
    QCOMPARE(report["runs"][3]["active_branches"]["SC"]["prune"], 1);
    QCOMPARE(report["runs"][3]["active_branches"]["SC"]["pool"], 0);
}

void TestBenchCommand::tableAndAnswers()
{
    const QString answers = m_folder.filePath("answers.jsonl");
    const Outcome outcome = bench({m_folder.filePath("suite/suite.json"), "--compressors", "none,qmop", "--budgets",
                                   "64", "--answers", answers, "--progress"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    QVERIFY2(outcome.out.startsWith("suite 1, scorer exact\n"), outcome.out.constData());
    QCOMPARE(outcome.out.count('\n'), 4);
    QVERIFY2(outcome.err.contains("8 of 8 answers"), outcome.err.constData());

    std::ifstream file(answers.toStdString());
    int lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
        const json answer = json::parse(line);
        QCOMPARE(answer["id"].get<std::string>(), "s" + std::to_string(lines / 2));
        QCOMPARE(answer["compressor"], lines % 2 ? "qmop" : "none");
        QCOMPARE(answer.contains("alpha"), lines % 2 == 1);
        QCOMPARE(answer["score"], 0.0);
    }
    QCOMPARE(lines, 8);
}

void TestBenchCommand::budgetsComeFromTheCheckpoint()
{
    const Outcome outcome = bench(
        {m_folder.filePath("suite"), "--compressors", "pool", "--fusion", "threshold", "--threshold", "0.4", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    const json report = json::parse(outcome.out.toStdString());
    QCOMPARE(report["runs"].size(), std::size_t(2));
    QCOMPARE(report["runs"][0]["budget"], 64);
    QCOMPARE(report["runs"][1]["budget"], 16);
    QCOMPARE(report["fusion"], "threshold");
    QCOMPARE(report["fusion_threshold"], 0.4);
}

void TestBenchCommand::impossiblePairsAreLeftOut()
{
    const Outcome outcome
        = bench({m_folder.filePath("suite"), "--compressors", "qmop,prune,avgpool", "--budgets", "64,30", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    QCOMPARE(outcome.err,
             "qmop bench: left out: qmop at M = 30: trained for M = 64, 16 only\n"
             "qmop bench: left out: avgpool at M = 30: averages over a grid: M must be a square number\n");
    const json report = json::parse(outcome.out.toStdString());
    QStringList points;
    for (const json &run : report["runs"])
        points << QStringLiteral("%1 %2").arg(QString::fromStdString(run["compressor"]),
                                              QString::number(run["budget"].get<int>()));
    QCOMPARE(points, (QStringList{"qmop 64", "prune 64", "prune 30", "avgpool 64"}));
}

void TestBenchCommand::refused_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no suite") << "missing" << exitCode(ErrorCode::InvalidSuite)
                              << QByteArray("missing (name a suite's folder, or one that ships: scenes-v1)\n");
    QTest::newRow("folder without a suite")
        << "empty" << exitCode(ErrorCode::InvalidSuite) << QByteArray("suite.json does not exist (name a folder");
    QTest::newRow("untrained budget") << "budget" << exitCode(ErrorCode::InvalidArgument)
                                      << QByteArray(
                                             "nothing is left to score: qmop at M = 63: trained for M = 64, 16 only (");
    QTest::newRow("answers nowhere") << "answers" << exitCode(ErrorCode::OutputFailed) << QByteArray("no/where.jsonl");
    QTest::newRow("answers in place of a folder")
        << "answers folder" << exitCode(ErrorCode::OutputFailed) << QByteArray("suite: cannot be written");
    QTest::newRow("no model") << "model" << exitCode(ErrorCode::InvalidModel)
                              << QByteArray("qmop bench: nowhere: there is no such folder");
    QTest::newRow("damaged suite") << "damaged" << exitCode(ErrorCode::InvalidSuite) << QByteArray("is not JSON");
    QTest::newRow("truncated picture") << "truncated" << exitCode(ErrorCode::ImageUnreadable)
                                       << QByteArray("sample s0: ");
    QTest::newRow("unknown compressor") << "compressor" << exitCode(ErrorCode::InvalidArgument) << QByteArray("zip");
}

void TestBenchCommand::refused()
{
    QFETCH(QString, what);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    QStringList arguments{m_folder.filePath("missing")};
    if (what == "damaged") {
        std::filesystem::create_directory(path("damaged"));
        std::ofstream(path("damaged") / "suite.json") << "{";
        arguments = QStringList{m_folder.filePath("damaged")};
    }
    if (what == "truncated") {
        writeSuite("truncated", 1);
        std::filesystem::resize_file(path("truncated") / "one.png", 100);
        arguments = QStringList{m_folder.filePath("truncated")};
    }
    if (what == "compressor")
        arguments = QStringList{m_folder.filePath("suite"), "--compressors", "zip"};
    if (what == "empty")
        arguments = QStringList{m_folder.filePath("empty")};
    if (what == "budget") // found before the first question
        arguments = QStringList{m_folder.filePath("suite"), "--compressors", "qmop", "--budgets", "63"};
    if (what == "answers")
        arguments = QStringList{m_folder.filePath("suite"), "--answers", m_folder.filePath("no/where.jsonl")};
    if (what == "answers folder")
        arguments = QStringList{m_folder.filePath("suite"), "--answers", m_folder.filePath("suite")};
    if (what == "model")
        arguments = QStringList{m_folder.filePath("suite"), "--compressors", "none", "--model", "nowhere"};
    const Outcome outcome = bench(arguments + QStringList{"--progress"});
    QCOMPARE(outcome.exitCode, code);
    // One line: no progress, so nothing was asked before.
    QVERIFY2(outcome.err.contains(says), outcome.err.constData());
    QCOMPARE(outcome.err.count('\n'), 1);
    QVERIFY(outcome.out.isEmpty());
}

void TestBenchCommand::ctrlC()
{
    QProcess process;
    process.start(
        QMOP_BIN_DIR "/qmop",
        {"bench", m_folder.filePath("long"), "--model", m_folder.filePath("model"), "--threads", "1", "--progress"});
    // The first tenth is done: it runs, and most is still to come.
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(120000));
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), exitCode(ErrorCode::Cancelled));
    QVERIFY(process.readAllStandardOutput().isEmpty());
}

TestBenchCommand::Outcome TestBenchCommand::suite(const QStringList &arguments) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_DATA_HOME", m_folder.filePath("data"));
    process.setProcessEnvironment(environment);
    process.start(QMOP_BIN_DIR "/qmop", QStringList{"suite"} + arguments);
    if (!process.waitForFinished(120000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

// From the first question to its score; what `score` prints is what `bench` prints.
void TestBenchCommand::aSuiteOfOnesOwn()
{
    const QString picture = m_folder.filePath("suite/one.png");
    Outcome outcome = suite({"add", picture, "how many?", "--answer", "2", "--answer", "two stripes", "--dimension",
                             "SC", "--type", "count"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    json report = json::parse(outcome.out.toStdString());
    const QString first = QString::fromStdString(report["added"]["id"]);
    QCOMPARE(report["version"], "1");
    const QString file = QString::fromStdString(report["file"]);
    QVERIFY2(file.startsWith(m_folder.filePath("data")), qPrintable(file));
    outcome = suite({"add", picture, "what is it?", "--answer", "no such answer", "--dimension", "GU"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    outcome = suite({"edit", first, "--answer", "3"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    outcome = suite({"list", "--json"});
    report = json::parse(outcome.out.toStdString());
    QCOMPARE(report["samples"].size(), std::size_t(2));
    QCOMPARE(report["samples"][0]["question"], "how many?");
    QCOMPARE(report["samples"][0]["answers"], json::array({"3"}));
    QCOMPARE(report["samples"][0]["question_type"], "count");
    QVERIFY(suite({"list"}).out.contains("my-questions 3, scorer exact, 2 questions"));
    report = json::parse(suite({"validate"}).out.toStdString());
    QCOMPARE(report["valid"], true);
    QCOMPARE(report["per_dimension"]["SC"], 1);

    const QStringList method{"--compressors", "none,qmop", "--budgets", "64", "--json"};
    const QStringList model{"--model", m_folder.filePath("model"), "--threads", "1", "--max-tokens", "3"};
    outcome = suite(QStringList{"score"} + model + method);
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    report = json::parse(outcome.out.toStdString());
    const json benched = json::parse(bench(QStringList{file} + method).out.toStdString());
    QCOMPARE(benched["runs"].size(), report["runs"].size());
    for (std::size_t i = 0; i < report["runs"].size(); ++i) // times differ
        QCOMPARE(report["runs"][i]["scores"], benched["runs"][i]["scores"]);
    QCOMPARE(report["suite"], "my-questions");
    QCOMPARE(report["runs"][1]["n"], 2);

    outcome = suite({"merge", m_folder.filePath("suite")}); // four questions alike: one is known, under other ids
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    report = json::parse(outcome.out.toStdString());
    QCOMPARE(report["known"].get<int>() + report["added"].get<int>(), 4);
    QVERIFY(report["known"].get<int>() >= 1);
    QCOMPARE(suite({"export", m_folder.filePath("copy")}).exitCode, 0);
    QCOMPARE(loadSuite(path("copy")).samples.size(), report["questions"].get<std::size_t>());
    QCOMPARE(suite({"remove", first}).exitCode, 0);
    QVERIFY(!suite({"list"}).out.contains(first.toUtf8()));
}

void TestBenchCommand::ownSuiteRefused()
{
    const QString picture = m_folder.filePath("suite/one.png");
    const auto refuses = [&](const QStringList &arguments, ErrorCode code, const QByteArray &says) {
        const Outcome outcome = suite(arguments);
        QVERIFY2(outcome.err.contains(says), outcome.err.constData());
        QCOMPARE(outcome.exitCode, exitCode(code));
        QVERIFY(outcome.out.isEmpty());
    };
    refuses({"add", m_folder.filePath("suite/suite.json"), "what?", "--answer", "a", "--dimension", "GU"},
            ErrorCode::ImageUnreadable, "suite.json");
    refuses({"add", picture, "what?", "--answer", "a", "--dimension", "XX"}, ErrorCode::InvalidArgument, "XX");
    refuses({"add", picture, "what?", "--dimension", "GU"}, ErrorCode::InvalidArgument, "--answer");
    refuses({"edit", "q-none", "--answer", "a"}, ErrorCode::InvalidArgument, "no question q-none");
    refuses({"list", "--suite", m_folder.filePath("missing")}, ErrorCode::InvalidSuite, "missing");
    refuses({"score", "--suite", m_folder.filePath("missing")}, ErrorCode::InvalidSuite, "missing");
}

QTEST_GUILESS_MAIN(TestBenchCommand)
#include "tst_bench_command.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The commands that the window copies for a plain run and for a comparison, each
// from a cold process, beside what the engine inside the window computes.
#include "core/pipeline/pipeline.h"
#include "core/store/comparison_json.h"
#include "core/store/trace_json.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "tests/app/program.h"
#include "tests/app/small_run.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>

using namespace qmop;
using json = nlohmann::ordered_json;

class TestCompareCommand : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Pipeline> m_pipeline; // as the window has it: warm
    RunRequest m_request;

    QByteArray file(const char *name) const { return m_folder.filePath(name).toUtf8(); }

    // Through a shell, as a person would paste it.
    static json pasted(const std::string &command)
    {
        QProcess shell;
        shell.start("sh", {"-c", QStringLiteral(QMOP_BIN_DIR "/") + QString::fromStdString(command)});
        if (!shell.waitForFinished(120'000) || shell.exitCode() != 0)
            qFatal("%s", shell.readAllStandardError().constData());
        return json::parse(shell.readAllStandardOutput().toStdString());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_request
            = fixture::makeSmallRun(m_folder.path().toStdString(), "a picture.png", "where is the owl's \"nest\"?");
        m_pipeline = std::make_unique<Pipeline>(EngineConfig{m_request.model, 2});
    }

    void aPlainRunIsTheSameFromItsCommand()
    {
        const auto trace = m_pipeline->run(m_request);
        const json run = pasted(commandLine(trace->request));
        QCOMPARE(run["answer"]["text"].get<std::string>(), trace->answer.text);
        QCOMPARE(run["logits_sha256"].get<std::string>(), trace->answer.logitsSha256);
        QCOMPARE(run["uncompressed"]["logits_sha256"].get<std::string>(), trace->uncompressed->logitsSha256);
    }

    void aComparisonIsTheSameFromItsCommand()
    {
        RunRequest other = m_request;
        other.question = "who is there?";
        other.compressor = "prune";
        other.overrides.lambda = 0.15;
        other.overrides.drop = {5};
        const auto a = m_pipeline->run(m_request);
        const auto b = m_pipeline->run(other);
        const std::string command = compareCommandLine(a->request, b->request);
        const json compared = pasted(command);
        const json expected = json::parse(toText(comparisonJson(*a, *b)));
        QVERIFY(compared["a"]["logits_sha256"] == expected["a"]["logits_sha256"]);
        QVERIFY(compared["b"]["logits_sha256"] == expected["b"]["logits_sha256"]);
        QVERIFY(compared["answers"] == expected["answers"]);
        QVERIFY(compared["kept_patches"] == expected["kept_patches"]);
        QVERIFY(compared["scores"] == expected["scores"]);
        QCOMPARE(compared["maps"].get<std::string>(), std::string("same patches"));
        std::set<std::string> keys;
        for (const json &row : compared["differences"])
            keys.insert(row["key"].get<std::string>());
        for (const char *key : {"question", "compressor", "changes", "projector_macs"})
            QVERIFY2(keys.contains(key), key);
        QVERIFY(!keys.contains("model") && !keys.contains("picture"));
    }

    void theSecondTakesPictureAndQuestionOfTheFirst()
    {
        const ProgramResult program = runProgram({"compare", file("a picture.png"), "where?", "--model", file("model"),
                                                  "--budget", "16", "--max-tokens", "2", "--with", "--model",
                                                  file("model"), "--compressor", "none", "--max-tokens", "2"});
        QVERIFY2(program.exitCode == 0, program.errors.constData());
        const json compared = json::parse(program.output.toStdString());
        QCOMPARE(compared["b"]["request"]["question"].get<std::string>(), std::string("where?"));
        QCOMPARE(compared["b"]["request"]["compressor"].get<std::string>(), std::string("none"));
        bool tokens = false;
        for (const json &row : compared["differences"])
            if (row["key"] == "visual_tokens") {
                tokens = true;
                QCOMPARE(row["change"].get<double>(), 48.0); // 64 patches against 16
            }
        QVERIFY(tokens);
    }

    // One process: the second run finds the picture's features in the cache.
    void likeIsComparedWithLike()
    {
        const QByteArrayList run{"--model", file("model"), "--max-tokens", "2", "--budget", "16"};
        const ProgramResult program
            = runProgram(QByteArrayList{"compare", file("a picture.png"), "where?", "--compressor", "prune"} + run
                         + QByteArrayList{"--with", "--force", "prune"} + run);
        QVERIFY2(program.exitCode == 0, program.errors.constData());
        const json compared = json::parse(program.output.toStdString());
        QVERIFY(compared["a"]["logits_sha256"] == compared["b"]["logits_sha256"]);
        QVERIFY(compared["pruning_took_part"]["a"].get<bool>() && compared["pruning_took_part"]["b"].get<bool>());
        // What B found there counts as what it took A.
        const auto cost = [&](const char *side, const char *name) {
            for (const json &stage : compared[side]["stages"])
                if (stage["stage"] == name)
                    return (stage["cached"].get<bool>() ? stage["saved"] : stage["seconds"]).get<double>();
            return -1.0;
        };
        for (const char *stage : {"decode image", "vision", "text"}) {
            QVERIFY2(cost("a", stage) > 0, stage);
            QCOMPARE(cost("b", stage), cost("a", stage));
        }
        std::set<std::string> keys;
        for (const json &row : compared["differences"]) {
            keys.insert(row["key"].get<std::string>());
            if (row["key"] != "time_to_first_token")
                continue;
            for (const char *side : {"a", "b"}) {
                QCOMPARE(row[side].get<double>(), compared[side]["costs"]["time_to_first_token"].get<double>());
                double sum = 0;
                for (const char *stage : {"decode image", "vision", "text", "route", "branches", "project", "prefill"})
                    sum += cost(side, stage);
                // Patches in the joint space, which B found as well, are a part of "branches".
                QVERIFY(row[side].get<double>() >= sum - 1e-9);
            }
        }
        QVERIFY(keys.contains("time_to_first_token"));
        for (const char *key : {"compressor", "fusion", "changes"}) // one method under one name
            QVERIFY2(!keys.contains(key), key);
    }

    // It keeps patches, but has no pruning scores to compare.
    void classAttentionIsComparedByItsPatches()
    {
        const QByteArrayList run{"--model", file("model"), "--max-tokens", "2", "--budget", "16"};
        const ProgramResult program
            = runProgram(QByteArrayList{"compare", file("a picture.png"), "where?", "--compressor", "prune"} + run
                         + QByteArrayList{"--with", "--compressor", "cls-prune"} + run);
        QVERIFY2(program.exitCode == 0, program.errors.constData());
        const json compared = json::parse(program.output.toStdString());
        QVERIFY(compared.contains("kept_patches"));
        std::set<int> both = compared["kept_patches"]["both"].get<std::set<int>>(), ofA = both, ofB = both;
        ofA.merge(compared["kept_patches"]["only_a"].get<std::set<int>>());
        ofB.merge(compared["kept_patches"]["only_b"].get<std::set<int>>());
        QVERIFY(compared["a"]["kept_patches"] == json(ofA)); // as `qmop run` lists them
        QVERIFY(compared["b"]["kept_patches"] == json(ofB));
        QCOMPARE(ofB.size(), std::size_t(16));
        QVERIFY((compared["kept_by"] == json{{"a", "pruning scores"}, {"b", "class attention"}}));
        QVERIFY((compared["pruning_took_part"] == json{{"a", true}, {"b", true}}));
        QVERIFY(!compared.contains("scores"));
    }

    void wrongWordsAreSaid_data()
    {
        QTest::addColumn<QByteArrayList>("words");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("one run") << QByteArrayList{"a.png", "where?"} << QByteArray("there is one run only");
        QTest::newRow("nothing") << QByteArrayList{} << QByteArray("there is one run only");
        QTest::newRow("no picture") << QByteArrayList{"--with", "a.png", "where?"}
                                    << QByteArray("run A has no picture or no question");
        QTest::newRow("two questions") << QByteArrayList{"a.png", "where?", "who?", "--with"}
                                       << QByteArray("run A has more than one question");
        for (const char *all : {"none", "blind"}) // what `qmop run` refuses
            QTest::addRow("budget of %s", all)
                << QByteArrayList{"a.png", "where?", "--compressor", all, "--budget", "16", "--with"}
                << QByteArray("--budget has no effect on --compressor ") + all + " (leave it out: ";
        QTest::newRow("unknown option") << QByteArrayList{"a.png", "where?", "--with", "--nonsense"}
                                        << QByteArray("--nonsense");
    }

    void wrongWordsAreSaid()
    {
        QFETCH(QByteArrayList, words);
        QFETCH(QByteArray, said);
        const ProgramResult program = runProgram(QByteArrayList{"compare"} + words);
        QCOMPARE(program.exitCode, exitCode(ErrorCode::InvalidArgument));
        QVERIFY2(program.errors.contains(said), program.errors.constData());
        QCOMPARE(program.errors.count('\n'), qsizetype(1));
    }
};

QTEST_GUILESS_MAIN(TestCompareCommand)
#include "tst_compare_command.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop run` with changes and scores, `qmop search` and `qmop sweep`, each from a
// cold process, beside what the engine inside the window computes.
#include "core/pipeline/pipeline.h"
#include "qmop/command_line.h"
#include "qmop/scaled_text.h"
#include "qmop/sweep.h"
#include "tests/app/program.h"
#include "tests/app/small_run.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>

using namespace qmop;
using nlohmann::json;

class TestCounterfactualCommands : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Pipeline> m_pipeline; // as the window has it: warm
    RunRequest m_request;

    QByteArray file(const char *name) const { return m_folder.filePath(name).toUtf8(); }

    QByteArrayList asking(const QByteArray &command, const QByteArrayList &rest) const
    {
        return QByteArrayList{command,   file("picture.png"), "where is this?",
                              "--model", file("model"),       "--budget",
                              "16",      "--max-tokens",      "4"}
        + rest;
    }

    json result(const QByteArrayList &arguments) const
    {
        const ProgramResult program = runProgram(arguments);
        if (program.exitCode != 0)
            qFatal("%s", program.errors.constData());
        return json::parse(program.output.toStdString());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_request = fixture::makeSmallRun(m_folder.path().toStdString(), "picture.png", "where is this?");
        m_pipeline = std::make_unique<Pipeline>(EngineConfig{m_request.model, 2});
        m_pipeline->run(m_request);
    }

    // The window's number and the command's, which the window copies.
    void commandAndWindowAgree_data()
    {
        QTest::addColumn<QString>("edit");
        for (const char *edit : {"none", "forced", "alpha", "lambda", "eta", "patches", "off", "count"})
            QTest::newRow(edit) << edit;
    }

    void commandAndWindowAgree()
    {
        QFETCH(QString, edit);
        const auto original = m_pipeline->run(m_request);
        RunRequest request = m_request;
        Overrides &overrides = request.overrides;
        if (edit == "forced")
            overrides.force = Branch::Resample;
        else if (edit == "alpha")
            overrides.alpha = PerBranch<double>{{0.21, 1.0 / 3, 0.4}};
        else if (edit == "lambda" || edit == "eta" || edit == "patches" || edit == "count")
            overrides.force = Branch::Prune;
        if (edit == "lambda")
            overrides.lambda = 0.15;
        else if (edit == "eta")
            overrides.eta = 0.37;
        else if (edit == "patches") {
            overrides.keep = {20, 33};
            overrides.drop = {original->pruning->kept.front()};
        } else if (edit == "off")
            overrides.off[original->routing->active[Branch::Pool] ? Branch::Pool : Branch::Resample] = true;
        else if (edit == "count")
            overrides.keepCount = 5;
        request.score = targetOf(original->answer);
        const auto edited = m_pipeline->run(request);
        const double change = edited->score->logProbability - original->answer.logProbability;

        // Through a shell, as a person would paste it.
        QProcess shell;
        QString command = QString::fromStdString(commandLine(request));
        QVERIFY(command.startsWith("qmop run "));
        shell.start("sh", {"-c", QStringLiteral(QMOP_BIN_DIR "/") + command});
        QVERIFY(shell.waitForFinished(120'000));
        QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError().constData());
        const json run = json::parse(shell.readAllStandardOutput().toStdString());
        QVERIFY(std::abs(run["score"]["log_probability"].get<double>() - edited->score->logProbability) < 1e-5);
        QVERIFY(std::abs(run["score"]["change"].get<double>() - change) < 1e-5);
        QCOMPARE(run["answer"]["text"].get<std::string>(), edited->answer.text);
        if (edit == "none") {
            QCOMPARE(run["score"]["change"].get<double>(), 0.0);
            QCOMPARE(run["score"]["log_probability"].get<double>(), run["answer"]["log_probability"].get<double>());
            QCOMPARE(change, 0.0);
        } else {
            QVERIFY(std::abs(change) > 1e-4); // else the test would say nothing
            QCOMPARE(run["vision_passes"].get<int>(), 0); // from the run without the edit
        }
    }

    void scoresText()
    {
        const json run = result(asking("run", {"--score-answer", "is there a ball?"}));
        QCOMPARE(run["score"]["answer"].get<std::string>(), std::string("is there a ball?"));
        QVERIFY(run["score"]["with_end"].get<bool>());
        const json open = result(asking("run", {"--score-answer", "is there a ball?", "--score-open"}));
        QCOMPARE(open["score"]["tokens"].size() + 1, run["score"]["tokens"].size());
        QVERIFY(open["score"]["log_probability"].get<double>() > run["score"]["log_probability"].get<double>());
    }

    void searches()
    {
        RunRequest request = m_request;
        request.overrides.force = Branch::Prune;
        request.search = PatchSearch{ScoreTarget{"is there a ball?", {}, true}, 2};
        const auto trace = m_pipeline->run(request);
        const json run
            = result(asking("search", {"--force", "prune", "--target-answer", "is there a ball?", "--rounds", "2"}));
        const json &search = run["search"];
        QVERIFY(search["complete"].get<bool>());
        QCOMPARE(search["rounds"].size(), trace->search->rounds.size());
        QVERIFY(!search["rounds"].empty());
        for (std::size_t i = 0; i < search["rounds"].size(); ++i) {
            QCOMPARE(search["rounds"][i]["patch"].get<int>(), trace->search->rounds[i].patch);
            QVERIFY(std::abs(search["rounds"][i]["gain"].get<double>() - trace->search->rounds[i].gain) < 1e-5);
        }
        QCOMPARE(search["gains"].size(), std::size_t(64));
        // And the gain is there when the patch is forced in by hand.
        const json one = result(asking("run",
                                       {"--force", "prune", "--score-answer", "is there a ball?", "--keep",
                                        QByteArray::number(search["rounds"][0]["patch"].get<int>())}));
        QVERIFY(std::abs(one["score"]["log_probability"].get<double>()
                         - search["rounds"][0]["log_probability"].get<double>())
                < 1e-5);
    }

    void cancelledSearchPrintsWhatItHas()
    {
        Program program(asking("search",
                               {"--progress", "--force", "prune", "--target-answer",
                                QByteArray("is there a small red ball? ").repeated(6), "--rounds", "40"}));
        QVERIFY(program.waitForError("search: "));
        program.send(SIGINT);
        const ProgramResult ended = program.finish();
        QCOMPARE(ended.exitCode, 130);
        QVERIFY2(ended.errors.contains("qmop search: cancelled"), ended.errors.constData());
        const json run = json::parse(ended.output.toStdString());
        QVERIFY(!run["search"]["complete"].get<bool>());
    }

    void sweepsOverBudgets()
    {
        const QByteArrayList arguments{
            "sweep", "budgets",       file("picture.png"), "where is this?", "--model", file("model"), "--max-tokens",
            "4",     "--compressors", "pool,prune",        "--budgets",      "16,9,4",  "--json"};
        const json sweep = result(arguments);
        QCOMPARE(sweep["cells"].size(), std::size_t(4)); // pool: only what it was trained for
        QCOMPARE(sweep["reference"]["visual_tokens"].get<int>(), 64);
        RunRequest request = m_request;
        request.compressor = "none";
        const auto reference = m_pipeline->run(request);
        QCOMPARE(sweep["target"].get<std::string>(), reference->answer.text);
        QCOMPARE(sweep["reference"]["log_probability"].get<double>(), reference->answer.logProbability);
        const int tokens[] = {16, 16, 9, 4};
        for (std::size_t i = 0; i < 4; ++i) {
            const json &cell = sweep["cells"][i];
            QCOMPARE(cell["visual_tokens"].get<int>(), tokens[i]);
            QCOMPARE(cell["unchanged"].get<bool>(), cell["answer"] == sweep["reference"]["answer"]);
            RunRequest point = m_request;
            point.compressor = i == 0 ? "pool" : "prune";
            if (i > 1)
                point.overrides.keepCount = tokens[i];
            point.score = targetOf(reference->answer);
            const auto trace = m_pipeline->run(point);
            QCOMPARE(cell["answer"].get<std::string>(), trace->answer.text);
            QVERIFY(std::abs(cell["log_probability"].get<double>() - trace->score->logProbability) < 1e-5);
        }
        const ProgramResult table = runProgram(arguments.mid(0, arguments.size() - 1));
        QVERIFY(table.output.contains("prune") && table.output.contains("KV cache"));
        // In the unit of the panel Costs.
        const QByteArray kv = QByteArray::fromStdString(bytesText(double(reference->costs.kvBytesMeasured)));
        QVERIFY2(table.output.contains(" " + kv + "  "), table.output.constData());
    }

    // All tokens are what the others are held against: computed and listed once, in the first place.
    void noneIsAskedOnce()
    {
        const QByteArrayList asked{"sweep",     "budgets",     file("picture.png"), "where is this?",
                                   "--model",   file("model"), "--max-tokens",      "2",
                                   "--budgets", "16",          "--progress"};
        const ProgramResult table = runProgram(asked + QByteArrayList{"--compressors", "none,prune,none"});
        QVERIFY2(table.exitCode == 0, table.errors.constData());
        QCOMPARE(table.output.count("\nnone "), 1);
        QCOMPARE(table.output.count("\nprune "), 1);
        QVERIFY2(table.errors.contains("run 2 of 2: prune") && !table.errors.contains("run 2 of 2: none"),
                 table.errors.constData());
        const json alone = result(asked + QByteArrayList{"--compressors", "none", "--json"});
        QCOMPARE(alone["reference"]["compressor"].get<std::string>(), std::string("none"));
        QVERIFY(alone["cells"].empty());
    }

    void sweepsOverQuestions()
    {
        const json sweep = result({"sweep", "questions", file("picture.png"), "where is this?", "how many animals?",
                                   "what does the sign say?", "--model", file("model"), "--max-tokens", "4",
                                   "--compressor", "prune", "--budget", "16", "--json"});
        QCOMPARE(sweep["questions"].size(), std::size_t(3));
        QCOMPARE(sweep["survival"].size(), std::size_t(64));
        double sum = 0;
        for (const json &share : sweep["survival"])
            sum += share.get<double>();
        QVERIFY(std::abs(sum - 16) < 1e-4); // every question keeps 16
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(sweep["jaccard"][i][i].get<double>(), 1.0);
            QCOMPARE(sweep["questions"][i]["kept"].size(), std::size_t(16));
            for (std::size_t j = 0; j < 3; ++j)
                QVERIFY(sweep["jaccard"][i][j] == sweep["jaccard"][j][i]);
        }
        QVERIFY(sweep["jaccard"][0][1].get<double>() < 1); // the question decides
        // The table says where these patches are not those of the answer.
        const QByteArrayList asked{"sweep",
                                   "questions",
                                   file("picture.png"),
                                   "where is this?",
                                   "who?",
                                   "--model",
                                   file("model"),
                                   "--max-tokens",
                                   "4",
                                   "--budget",
                                   "16"};
        const ProgramResult pooled = runProgram(asked + QByteArrayList{"--force", "pool"});
        QVERIFY2(pooled.output.contains("pruning took no part in the answer to 1, 2; it would keep:\n"),
                 pooled.output.constData());
        QVERIFY(!runProgram(asked + QByteArrayList{"--force", "prune"}).output.contains("took no part"));
        // Class attention reads no question: it keeps the same patches for each.
        const json attended = result(asked + QByteArrayList{"--compressor", "cls-prune", "--json"});
        QCOMPARE(attended["questions"][0]["kept"].size(), std::size_t(16));
        QVERIFY(attended["questions"][0]["pruned"].get<bool>());
        QVERIFY(attended["questions"][0]["kept"] == attended["questions"][1]["kept"]);
        QVERIFY(!runProgram(asked + QByteArrayList{"--compressor", "cls-prune"}).output.contains("took no part"));
    }

    void misreadNumbers_data()
    {
        QTest::addColumn<QByteArrayList>("words");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const QByteArrayList &words, const QByteArray &said) {
            QTest::newRow(words.join(' ').constData()) << words << said;
        };
        row({"run", "a", "b", "--keep", "1,x"},
            "qmop run: --keep: “1,x” cannot be read (give patch numbers separated by commas, 0 to N-1; see qmop run "
            "--help)");
        row({"search", "a", "b", "--drop", "x"}, "--drop: “x” cannot be read (give patch numbers separated by commas");
        row({"run", "a", "b", "--drop"}, "(give patch numbers separated by commas, 0 to N-1; ");
        row({"run", "a", "b", "--eta", "much"}, "--eta: “much” cannot be read (give a number; ");
        row({"run", "a", "b", "--keep-count", "1.5"}, "--keep-count: “1.5” cannot be read (give a whole number; ");
        row({"run", "a", "b", "--alpha", "1,2,x"}, "--alpha: “1,2,x” cannot be read (give 3 numbers separated by ");
        row({"run", "a", "b", "--alpha", "1,2"}, "At least 3 required but received 2 (give 3 numbers separated by ");
        row({"run", "a", "b", "--score-tokens", "q"}, "(give whole numbers separated by commas; ");
        row({"scenes", "draw", "--out", "a", "--seed", "x"}, "--seed: “x” cannot be read (give a whole number, 0 or ");
        row({"train", "--recipe", "a", "--steps", "q"}, "--steps: Value q not in range 1 to ");
    }

    void misreadNumbers()
    {
        QFETCH(QByteArrayList, words);
        QFETCH(QByteArray, said);
        const ProgramResult result = runProgram(words);
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.errors.contains(said) && result.errors.count('\n') == 1 && result.errors.size() < 200,
                 result.errors.constData());
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArrayList>("options");
        QTest::newRow("unknown branch") << QByteArrayList{"--force", "pruning"};
        QTest::newRow("two weights") << QByteArrayList{"--alpha", "0.5,0.5"};
        QTest::newRow("forced and weighted") << QByteArrayList{"--force", "pool", "--alpha", "1,1,1"};
        QTest::newRow("lambda") << QByteArrayList{"--lambda", "1.5"};
        QTest::newRow("no such patch") << QByteArrayList{"--force", "prune", "--keep", "64"};
        QTest::newRow("another number beside pooling") << QByteArrayList{"--fusion", "soft", "--keep-count", "3"};
        QTest::newRow("nothing to change") << QByteArrayList{"--compressor", "none", "--lambda", "0.5"};
        QTest::newRow("no such token") << QByteArrayList{"--score-tokens", "99999"};
    }

    void refuses()
    {
        QFETCH(QByteArrayList, options);
        const ProgramResult program = runProgram(asking("run", options));
        QCOMPARE(program.exitCode, 2);
        QCOMPARE(int(program.errors.count('\n')), 1);
        QVERIFY(program.output.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestCounterfactualCommands)
#include "tst_counterfactual_commands.moc"

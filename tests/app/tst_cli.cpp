// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command line program from outside: exit codes, one clear line when
// something is wrong, JSON when nothing is.
#include "tests/app/program.h"
#include "tests/fixtures/bmp_header.h"
#include "tests/fixtures/full_disk.h"
#include "tests/fixtures/random_checkpoint.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include <sys/stat.h>

using namespace qmop;
using nlohmann::json;

class TestCli : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QByteArray file(const char *name) const { return m_folder.filePath(name).toUtf8(); }

    // `qmop run PICTURE QUESTION ...` on the random model.
    QByteArrayList asking(const QByteArrayList &rest) const
    {
        return QByteArrayList{"run", "--model", file("model"), "--max-tokens", "4"} + rest;
    }

    // One line, signed by the program and the command that was typed.
    void expectFailure(const QByteArrayList &arguments, int exitCode, const QByteArrayList &parts)
    {
        const QByteArrayList commands{"run", "info"};
        const QByteArray signature
            = commands.contains(arguments.value(0)) ? "qmop " + arguments.front() + ": " : QByteArray("qmop: ");
        const ProgramResult result = runProgram(arguments);
        QCOMPARE(result.exitCode, exitCode);
        QCOMPARE(result.output, QByteArray());
        QCOMPARE(int(result.errors.count('\n')), 1); // one line
        QVERIFY2(result.errors.startsWith(signature) && result.errors.endsWith('\n'), result.errors.constData());
        for (const QByteArray &part : parts)
            QVERIFY2(result.errors.contains(part), result.errors.constData());
    }

private Q_SLOTS:
    void initTestCase()
    {
        writeRandomCheckpoint(file("model").toStdString());
        const auto png = stripedPng(60, 40);
        std::ofstream(file("picture.png").toStdString(), std::ios::binary)
            .write(reinterpret_cast<const char *>(png.data()), std::streamsize(png.size()));
        std::ofstream(file("empty.png").toStdString());
        std::ofstream(file("cut.png").toStdString(), std::ios::binary)
            .write(reinterpret_cast<const char *>(png.data()), std::streamsize(png.size() / 2));
        std::ofstream(file("text.jpg").toStdString()) << "not a picture";
        std::ofstream(file("huge.bmp").toStdString(), std::ios::binary) << bmpHeader(100'000, 100'000);
        QDir().mkpath(file("pickled"));
        QFile::copy(file("model/config.json"), file("pickled/config.json"));
        QFile::copy(file("model/tokenizer.json"), file("pickled/tokenizer.json"));
        QFile::copy(file("model/preprocessor_config.json"), file("pickled/preprocessor_config.json"));
        std::ofstream((file("pickled/pytorch_model.bin")).toStdString()) << "PK";
    }

    void versionAndHelp()
    {
        const ProgramResult version = runProgram({"--version"});
        QCOMPARE(version.exitCode, 0);
        QCOMPARE(version.output, QByteArray("qmop " QMOP_VERSION "\n"));
        const ProgramResult help = runProgram({"--help"});
        QCOMPARE(help.exitCode, 0);
        for (const char *line : {"  0    success", "  2    wrong arguments, or a file of another kind",
                                 "  11   the session, replay pack or figure is missing", "  5    the question",
                                 "  130  cancelled", " run "})
            QVERIFY2(help.output.contains(line), line);
        QCOMPARE(runProgram({"run", "--help"}).exitCode, 0);
    }

    // Threads that spin against those of a second program take minutes for seconds.
    void waitingThreadsDoNotSpin()
    {
        ::setenv("OMP_DISPLAY_ENV", "TRUE", 1); // OpenMP says on stderr what it read
        const char *before = std::getenv("OMP_WAIT_POLICY");
        const std::string policy = before ? before : "";
        ::unsetenv("OMP_WAIT_POLICY");
        const ProgramResult unset = runProgram({"--version"});
        ::setenv("OMP_WAIT_POLICY", "active", 1);
        const ProgramResult chosen = runProgram({"--version"});
        ::unsetenv("OMP_DISPLAY_ENV");
        policy.empty() ? ::unsetenv("OMP_WAIT_POLICY") : ::setenv("OMP_WAIT_POLICY", policy.c_str(), 1);
        QVERIFY2(unset.errors.contains("OMP_WAIT_POLICY = 'PASSIVE'"), unset.errors.constData());
        QVERIFY2(chosen.errors.contains("OMP_WAIT_POLICY = 'ACTIVE'"), chosen.errors.constData());
        QCOMPARE(unset.output, QByteArray("qmop " QMOP_VERSION "\n"));
    }

    // What people start becomes the program beside it, and says so where there is none.
    void halfAnInstallation()
    {
        QProcess process;
        const QString alone = m_folder.filePath("qmop");
        QVERIFY(QFile::copy(QMOP_BIN_DIR "/qmop", alone));
        process.start(alone, QStringList{"--version"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 70);
        QCOMPARE(QString::fromUtf8(process.readAllStandardError()),
                 alone
                     + "-command: cannot be started: No such file or directory (build or install it beside this "
                       "program)\n");
        QVERIFY(process.readAllStandardOutput().isEmpty());
    }

    void info()
    {
        const ProgramResult result = runProgram({"info", "--json", "--model", file("model")});
        QCOMPARE(result.exitCode, 0);
        const json document = json::parse(result.output.toStdString());
        QCOMPARE(document["version"].get<std::string>(), std::string(QMOP_VERSION));
        QVERIFY(document["cpu"].contains("amx_bf16"));
        QVERIFY(document["model"]["found"].get<bool>());
        QCOMPARE(document["model"]["sha256"].get<std::string>().size(), std::size_t(64));
        QCOMPARE(document["model"]["compressors"][0]["budget"].get<int>(), 64);
        const ProgramResult text = runProgram({"info", "--model", file("model")});
        QVERIFY(text.output.contains(QByteArray::fromStdString(document["model"]["sha256"].get<std::string>())));
        // Nothing there is a finding, not a failure.
        const ProgramResult missing = runProgram({"info", "--json", "--model", file("nowhere")});
        QCOMPARE(missing.exitCode, 0);
        QVERIFY(!json::parse(missing.output.toStdString())["model"]["found"].get<bool>());
        QVERIFY(runProgram({"info", "--model", file("nowhere")})
                    .output.contains(file("nowhere") + ": there is no such folder"));
    }

    void fullOutput_data()
    {
        QTest::addColumn<QByteArrayList>("arguments");
        QTest::newRow("info") << QByteArrayList{"info", "--json", "--model", file("model")};
        QTest::newRow("run") << asking({file("picture.png"), "What is it?"});
    }

    void fullOutput()
    {
        QFETCH(QByteArrayList, arguments);
        Program program(arguments, "/dev/full");
        const ProgramResult result = program.finish();
        QCOMPARE(result.exitCode, 10);
        QVERIFY2(result.errors.startsWith("qmop " + arguments.front() + ": standard output: cannot be written"),
                 result.errors.constData());
    }

    void wrongArguments_data()
    {
        QTest::addColumn<QByteArrayList>("arguments");
        QTest::newRow("nothing") << QByteArrayList{};
        QTest::newRow("unknown command") << QByteArrayList{"walk"};
        QTest::newRow("no picture") << QByteArrayList{"run"};
        QTest::newRow("no question") << QByteArrayList{"run", "a.png"};
        QTest::newRow("unknown option") << QByteArrayList{"run", "a.png", "q", "--colour"};
        QTest::newRow("unknown compressor") << QByteArrayList{"run", "a.png", "q", "--compressor", "zip"};
        QTest::newRow("unknown fusion") << QByteArrayList{"run", "a.png", "q", "--fusion", "cold"};
        QTest::newRow("budget is no number") << QByteArrayList{"run", "a.png", "q", "--budget", "many"};
        QTest::newRow("budget of nothing") << QByteArrayList{"run", "a.png", "q", "--budget", "0"};
        QTest::newRow("threshold over 1") << QByteArrayList{"run", "a.png", "q", "--threshold", "2"};
    }

    void wrongArguments()
    {
        QFETCH(QByteArrayList, arguments);
        expectFailure(arguments, 2, {arguments.value(0) == "run" ? "(see qmop run --help)" : "(see qmop --help)"});
    }

    void unknownCommandIsNamed()
    {
        expectFailure(
            {"frob"}, 2,
            {"unknown command frob", "run, compare, search, sweep, bench, render, suite, report, scenes, train, info"});
        expectFailure(
            {"--frob"}, 2,
            {"before --frob", "run, compare, search, sweep, bench, render, suite, report, scenes, train, info"});
        expectFailure(
            {}, 2,
            {"no command is given", "run, compare, search, sweep, bench, render, suite, report, scenes, train, info"});
        // A command that is known has its own complaint.
        expectFailure({"info", "--frob"}, 2, {"--frob"});
        QVERIFY(!runProgram({"info", "--frob"}).errors.contains("the commands are"));
        // The commands of a command are named too.
        for (const auto &[words, said] :
             {std::pair{QByteArrayList{"sweep"},
                        "qmop sweep: no command is given; the commands are budgets, questions"},
              {QByteArrayList{"sweep", "frob"},
               "qmop sweep: unknown command frob; the commands are budgets, questions"},
              {QByteArrayList{"sweep", "budgets", "--frob"}, "qmop sweep budgets: "}}) {
            const ProgramResult result = runProgram(words);
            QCOMPARE(result.exitCode, 2);
            QVERIFY2(result.errors.startsWith(said), result.errors.constData());
        }
    }

    void badInput()
    {
        const QByteArray picture = file("picture.png");
        expectFailure(asking({picture, ""}), 5, {"question is empty"});
        expectFailure(asking({picture, "  \t"}), 5, {"question is empty"});
        expectFailure(asking({picture, "caf\xe9?"}), 5, {"not UTF-8"});
        expectFailure(asking({file("none.png"), "What?"}), 3, {file("none.png")});
        expectFailure(asking({file("empty.png"), "What?"}), 3, {file("empty.png")});
        expectFailure(asking({file("cut.png"), "What?"}), 3, {file("cut.png")});
        expectFailure(asking({file("text.jpg"), "What?"}), 3, {file("text.jpg")});
        expectFailure(asking({file("huge.bmp"), "What?"}), 4,
                      {file("huge.bmp"), "100000 x 100000 pixels", "limit of 178956970", "shrink the picture"});
        expectFailure({"run", "--model", file("nowhere"), picture, "What?"}, 6,
                      {file("nowhere") + ": there is no such folder", "config.json and model.safetensors"});
        expectFailure({"run", "--model", picture, picture, "What?"}, 6, {picture + ": is no folder"});
        expectFailure({"run", "--model", m_folder.path().toUtf8(), picture, "What?"}, 6,
                      {m_folder.path().toUtf8() + ": holds no config.json"});
        expectFailure({"run", "--model", file("pickled"), picture, "What?"}, 6,
                      {file("pickled"), "pickle", "never opened"});
        expectFailure(asking({picture, "What?", "--budget", "63"}), 2,
                      {"63", "(this model offers M = 64, and with prune any number of patches from 1 to 256)"});
        expectFailure(asking({picture, "What?", "--trace", m_folder.path().toUtf8()}), 10, {"name a file in it"});
        QCOMPARE(::mkfifo(file("pipe").constData(), 0600), 0); // stands for /dev/null
        expectFailure(asking({picture, "What?", "--trace", file("pipe")}), 10, {"pipe: is a device or a pipe"});
        expectFailure(asking({picture, "What?", "--threshold", "0.4"}), 2,
                      {"--threshold has no effect on --fusion top2", "add --fusion threshold"});
        QCOMPARE(runProgram(asking({picture, "What?", "--fusion", "threshold", "--threshold", "0.4"})).exitCode, 0);
        QVERIFY(runProgram({"suite", "list", "--suite", picture}).errors.contains(picture + ": is no suite ("));
        expectFailure(asking({picture, "What?", "--score-open"}), 2, {"--score-open", "--score-answer"});
        expectFailure(asking({picture, "What?", "--trace", "/no/such/folder/t.json"}), 10, {"/no/such/folder/t.json"});
    }

    // A scene is drawn whole or not at all; a name that will not do is one thing, a full disk another.
    void drawnScenes()
    {
        const auto refused = [&](const QByteArray &name, int code, const QByteArray &said) {
            const ProgramResult result = runProgram({"scenes", "draw", "--size", "128", "--out", name});
            QCOMPARE(result.exitCode, code);
            QVERIFY2(result.errors.startsWith("qmop scenes draw: " + name + said), result.errors.constData());
            QCOMPARE(result.errors.count('\n'), 1);
        };
        refused(file("scene.gif"), 2, ": is no name of a picture that can be written (choose a name that ends in .png");
        refused(file("scene"), 2, ": is no name of a picture");
        refused("/no/such/folder/scene.png", 10, ": cannot be written: No such file or directory");
        const QByteArray scene = file("scene.png");
        QCOMPARE(runProgram({"scenes", "draw", "--size", "128", "--out", scene}).exitCode, 0);
        const auto size = QFileInfo(QString::fromUtf8(scene)).size();
        {
            const FullDisk full(1024); // the program inherits it
            refused(scene, 10, ": cannot be written: File too large (free some space");
        }
        QCOMPARE(QFileInfo(QString::fromUtf8(scene)).size(), size);
    }

    void damagedWeights()
    {
        // A shape that the file itself gets right, but the configuration does not ask for.
        const QByteArray copy = file("damaged");
        QDir().mkpath(copy);
        for (const char *name : {"/tokenizer.json", "/preprocessor_config.json", "/model.safetensors"})
            QFile::copy(file("model") + name, copy + name);
        json config = json::parse(std::ifstream((file("model") + "/config.json").toStdString()));
        config["vision_config"]["intermediate_size"] = config["vision_config"]["intermediate_size"].get<int>() + 8;
        std::ofstream((copy + "/config.json").toStdString()) << config.dump();
        expectFailure({"run", "--model", copy, file("picture.png"), "What?"}, 6, {copy, "mlp.fc1", "expected"});
        QFile weights(copy + "/model.safetensors");
        QVERIFY(weights.resize(weights.size() - 1));
        expectFailure({"run", "--model", copy, file("picture.png"), "What?"}, 6,
                      {copy + "/model.safetensors", "truncated"});
    }

    void oneAnswer()
    {
        const ProgramResult result = runProgram(asking({file("picture.png"), "What is it?"}));
        QVERIFY2(result.exitCode == 0, result.errors.constData());
        QCOMPARE(result.errors, QByteArray());
        const json run = json::parse(result.output.toStdString());
        QCOMPARE(run["vision_passes"].get<int>(), 1);
        QCOMPARE(run["branches_computed"].get<int>(), 2); // top2
        QCOMPARE(run["logits_sha256"].get<std::string>().size(), std::size_t(64));
        // `info` names the weights as the run does.
        const json info = json::parse(runProgram({"info", "--json", "--model", file("model")}).output.toStdString());
        QCOMPARE(info["model"]["compressors"][0]["sha256"].get<std::string>(),
                 run["environment"]["model_sha256"].get<std::string>());
        double sum = 0;
        for (const auto &[branch, weight] : run["routing"]["alpha"].items())
            sum += weight.get<double>();
        QVERIFY(std::abs(sum - 1) < 1e-5);
        QCOMPARE(run["costs"]["visual_tokens"].get<int>(), 64);
        QVERIFY(run["answer"]["tokens"].size() <= 4);
        for (const json &token : run["answer"]["tokens"])
            QVERIFY(token["probability"].get<double>() > 0 && token["probability"].get<double>() <= 1);
    }

    void secondQuestionLooksOnce()
    {
        const ProgramResult result = runProgram(asking({file("picture.png"), "What is it?", "And where?"}));
        QVERIFY2(result.exitCode == 0, result.errors.constData());
        const json runs = json::parse(result.output.toStdString());
        QCOMPARE(int(runs.size()), 2);
        QCOMPARE(runs[0]["vision_passes"].get<int>(), 1);
        QCOMPARE(runs[1]["vision_passes"].get<int>(), 0);
        QCOMPARE(runs[1]["request"]["question"].get<std::string>(), std::string("And where?"));
    }

    void laterFailureKeepsEarlierAnswers()
    {
        const ProgramResult result = runProgram(asking({file("picture.png"), "What is it?", "\xff"}));
        QCOMPARE(result.exitCode, 5);
        QCOMPARE(int(json::parse(result.output.toStdString()).size()), 1);
        QVERIFY(result.errors.startsWith("qmop run: "));
    }

    void tracingChangesNothing()
    {
        const QByteArray trace = file("trace.json");
        const json plain = json::parse(runProgram(asking({file("picture.png"), "What is it?"})).output.toStdString());
        const ProgramResult traced
            = runProgram(asking({file("picture.png"), "What is it?", "--trace", trace, "--json"}));
        QVERIFY2(traced.exitCode == 0, traced.errors.constData());
        const json summary = json::parse(traced.output.toStdString());
        QVERIFY(summary["logits_sha256"] == plain["logits_sha256"]);
        const json full = json::parse(std::ifstream(trace.toStdString()));
        QVERIFY(full["logits_sha256"] == plain["logits_sha256"]);
        QCOMPARE(int(full["branches"].size()), 3);
        // Kept patches are said to be kept where the router chose pruning, and there alone.
        for (const json &run : {summary, full}) {
            bool prunes = false;
            for (const json &branch : run["branches"])
                prunes = prunes || (branch["branch"] == "prune" && branch["on_main_path"].get<bool>());
            QCOMPARE(run.contains("kept_patches"), prunes);
            QCOMPARE(run.contains("would_keep_patches"), !prunes);
        }
        QCOMPARE(int(full["provenance"]["rows"].size()), 64);
        for (const json &row : full["provenance"]["rows"]) {
            double sum = 0;
            for (const json &weight : row)
                sum += weight.get<double>();
            QVERIFY(std::abs(sum - 1) < 1e-4);
        }
    }

    void compressors_data()
    {
        QTest::addColumn<QByteArray>("compressor");
        QTest::addColumn<int>("visualTokens");
        QTest::addColumn<int>("branches");
        QTest::newRow("none") << QByteArray("none") << 256 << 0;
        QTest::newRow("pool") << QByteArray("pool") << 64 << 1;
        QTest::newRow("resample") << QByteArray("resample") << 64 << 1;
        QTest::newRow("prune") << QByteArray("prune") << 64 << 1;
        QTest::newRow("blind") << QByteArray("blind") << 0 << 0;
    }

    void compressors()
    {
        QFETCH(QByteArray, compressor);
        QFETCH(int, visualTokens);
        QFETCH(int, branches);
        const ProgramResult result
            = runProgram(asking({file("picture.png"), "What is it?", "--compressor", compressor}));
        QVERIFY2(result.exitCode == 0, result.errors.constData());
        const json run = json::parse(result.output.toStdString());
        QCOMPARE(run["costs"]["visual_tokens"].get<int>(), visualTokens);
        QCOMPARE(run["request"].value("budget", 0), branches > 0 ? 64 : 0); // not there: 0
        QCOMPARE(run["request"].contains("budget"), branches > 0);
        QCOMPARE(run["branches_computed"].get<int>(), branches);
        QCOMPARE(run.contains("kept_patches"), compressor == "prune");
        QCOMPARE(int(run["branches"].size()), branches);
        if (compressor == "prune")
            QCOMPARE(int(run["kept_patches"].size()), 64);
    }

    void longQuestion()
    {
        const ProgramResult result
            = runProgram(asking({file("picture.png"), QByteArray("is the dog red? ").repeated(625)}));
        QVERIFY2(result.exitCode == 0, result.errors.constData());
        const json run = json::parse(result.output.toStdString());
        QVERIFY(!run["notices"].empty()); // says what was cut
    }

    void progressAndCancel()
    {
        QByteArrayList questions;
        for (int i = 0; i < 400; ++i)
            questions << "Question " + QByteArray::number(i);
        Program program(asking(QByteArrayList{"--progress", file("picture.png")} + questions));
        QVERIFY(program.waitForError("\n")); // the first stage of the first question
        program.send(SIGINT);
        const ProgramResult result = program.finish();
        QCOMPARE(result.exitCode, 130);
        QVERIFY(result.errors.endsWith("qmop run: cancelled\n"));
    }
};

QTEST_APPLESS_MAIN(TestCli)
#include "tst_cli.moc"

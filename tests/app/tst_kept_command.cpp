// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop scenes kept` as a process, on models with random weights.
#include "tests/app/program.h"
#include "tests/fixtures/random_checkpoint.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace qmop;
using nlohmann::json;

class TestKeptCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keepingAllIsKeepingAtRandom();
    void sameQuestionsSameReport();
    void anotherGrid();

private:
    ProgramResult kept(const QByteArrayList &options, const char *model = "model") const
    {
        return runProgram(
            QByteArrayList{"scenes", "kept", "--threads", "1", "--model", m_folder.filePath(model).toUtf8()} + options);
    }

    QTemporaryDir m_folder;
};

void TestKeptCommand::initTestCase()
{
    const std::filesystem::path folder(m_folder.path().toStdString());
    writeRandomCheckpoint(folder / "model");
    RandomCheckpointOptions coarse;
    coarse.patchSize = 16;
    writeRandomCheckpoint(folder / "coarse", coarse);
}

// Whatever the scores: the thing is kept whole, among as many other patches as there are.
void TestKeptCommand::keepingAllIsKeepingAtRandom()
{
    const ProgramResult result = kept({"--questions", "5", "--budget", "256"});
    QVERIFY2(result.exitCode == 0, result.errors.constData());
    const json report = json::parse(result.output.toStdString());
    QCOMPARE(report["questions"].get<int>(), 5);
    QCOMPARE(report["budget"].get<int>(), 256);
    QVERIFY(report["at_random"].get<double>() > 0);
    QCOMPARE(report["rules"].size(), std::size_t(5));
    for (const json &rule : report["rules"]) {
        QCOMPARE(rule["on_object"].get<double>(), report["at_random"].get<double>());
        QCOMPARE(rule["times_random"].get<double>(), 1.0);
        QCOMPARE(rule["object_kept"].get<double>(), 1.0);
    }
}

void TestKeptCommand::sameQuestionsSameReport()
{
    const ProgramResult first = kept({"--questions", "3"});
    QCOMPARE(first.exitCode, 0);
    QCOMPARE(kept({"--questions", "3"}).output, first.output);
    QVERIFY(kept({"--questions", "3", "--first", "50"}).output != first.output);
}

void TestKeptCommand::anotherGrid()
{
    const ProgramResult result = kept({"--questions", "3"}, "coarse");
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains("8 x 8 patches"), result.errors.constData());
}

QTEST_GUILESS_MAIN(TestKeptCommand)
#include "tst_kept_command.moc"

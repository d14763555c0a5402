// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop train` as several processes, started as torchrun starts them.
#include "core/train/checkpoint.h"
#include "core/train/training_log.h"
#include "qmop/error.h"
#include "tests/core/train/tiny_training.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace qmop;
using namespace qmop::train;

namespace {

// A port that nobody listens on: the system's choice, given back.
int freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool bound = ::bind(socket, reinterpret_cast<sockaddr *>(&address), length) == 0
        && ::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length) == 0;
    ::close(socket);
    return bound ? ntohs(address.sin_port) : 0;
}

nlohmann::json recipeJson()
{
    nlohmann::json json = tinyRecipeJson();
    json["routing"] = {{"load_balance", 0.1}};
    for (nlohmann::json &stage : json["stages"])
        stage["batch"] = 4; // two for each of two processes
    return json;
}

} // namespace

class TestParallelTraining : public QObject {
    Q_OBJECT

private:
    void start(QProcess &process, const QString &out, int rank, int size, int port)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("RANK", QString::number(rank));
        environment.insert("WORLD_SIZE", QString::number(size));
        environment.insert("MASTER_ADDR", "127.0.0.1");
        environment.insert("MASTER_PORT", QString::number(port));
        process.setProcessEnvironment(environment);
        process.start(QMOP_BIN_DIR "/qmop", {"train", "--recipe", m_recipe, "--out", out, "--threads", "1"});
        QVERIFY(process.waitForStarted());
    }

    static std::vector<LoggedLoss> losses(const QString &out)
    {
        try {
            return readLosses((out + "/training.jsonl").toStdString());
        } catch (const Error &) {
            return {};
        }
    }

    void runBoth(const QString &out)
    {
        const int port = freePort();
        QProcess first, second;
        start(first, out, 0, 2, port);
        start(second, out, 1, 2, port);
        QVERIFY(first.waitForFinished(300'000));
        QVERIFY(second.waitForFinished(30'000));
        QVERIFY2(first.exitCode() == 0, first.readAllStandardError());
        QVERIFY2(second.exitCode() == 0, second.readAllStandardError());
    }

    QTemporaryDir m_folder;
    QString m_recipe, m_one;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
        m_recipe = QString::fromStdString(writeRecipe(m_folder.path().toStdString(), recipeJson()).string());
        m_one = m_folder.filePath("one");
        QProcess process;
        start(process, m_one, 0, 1, 0);
        QVERIFY(process.waitForFinished(300'000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        QCOMPARE(losses(m_one).size(), std::size_t(66));
    }

    // Two processes with two pictures each take the steps of one with four, through all stages.
    void twoAreOneWithTheDoubledBatch()
    {
        const QString out = m_folder.filePath("two");
        runBoth(out);
        const auto one = losses(m_one), two = losses(out);
        QCOMPARE(two.size(), one.size());
        double worst = 0;
        for (std::size_t i = 0; i < one.size(); ++i) {
            QCOMPARE(two[i].stage, one[i].stage);
            QCOMPARE(two[i].step, one[i].step);
            worst = std::max(worst, std::abs(two[i].loss - one[i].loss) / std::abs(one[i].loss));
        }
        qInfo("largest relative difference of %zu losses: %.1e", one.size(), worst);
        QVERIFY2(worst <= 1e-3, qPrintable(QString::number(worst)));
        // The parts in the log are those of all pictures, too.
        const auto parts = [](const QString &folder) {
            std::ifstream stream((folder + "/training.jsonl").toStdString());
            nlohmann::json last;
            for (std::string line; std::getline(stream, line);)
                if (const auto json = nlohmann::json::parse(line); json.contains("parts") && json["stage"] == "vision")
                    last = json["parts"];
            return last;
        };
        const nlohmann::json a = parts(m_one), b = parts(out);
        QVERIFY(a.size() > 5);
        for (const auto &[name, value] : a.items())
            QVERIFY2(std::abs(b.at(name).get<double>() - value.get<double>())
                         <= 1e-3 * std::abs(value.get<double>()) + 2e-5,
                     name.c_str());
    }

    // The second one is killed: the first ends with a line that says so, its checkpoint is whole, and any number of
    // processes goes on from it.
    void aKilledProcessEndsTheOthers()
    {
        const QString out = m_folder.filePath("killed");
        const int port = freePort();
        QProcess first, second;
        start(first, out, 0, 2, port);
        start(second, out, 1, 2, port);
        while (losses(out).size() < 24 && first.state() == QProcess::Running)
            first.waitForFinished(5);
        QCOMPARE(second.state(), QProcess::Running);
        QElapsedTimer timer;
        timer.start();
        ::kill(pid_t(second.processId()), SIGKILL);
        QVERIFY2(first.waitForFinished(30'000), "the first process did not end");
        qInfo("ended after %lld ms", timer.elapsed());
        QVERIFY(second.waitForFinished(10'000));
        QCOMPARE(first.exitCode(), exitCode(ErrorCode::Cancelled));
        const QByteArray said = first.readAllStandardError();
        QVERIFY2(said.contains("lost process 1 of 2"), said);

        const Recipe recipe = readRecipe(m_recipe.toStdString());
        const auto checkpoint = loadCheckpoint(out.toStdString(), recipe, "f32");
        QVERIFY(checkpoint.has_value());
        QVERIFY(checkpoint->position.stage >= 1);
        QProcess alone;
        start(alone, out, 0, 1, 0);
        QVERIFY(alone.waitForFinished(300'000));
        QVERIFY2(alone.exitCode() == 0, alone.readAllStandardError());
        const auto expected = losses(m_one), gone = losses(out);
        QCOMPARE(gone.size(), expected.size());
        QVERIFY(std::abs(gone.back().loss - expected.back().loss) <= 1e-3 * expected.back().loss);
    }

    void refused_data()
    {
        QTest::addColumn<QStringList>("variables");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no size") << QStringList{"RANK=0"} << QByteArray("WORLD_SIZE is not set");
        QTest::newRow("rank") << QStringList{"RANK=2", "WORLD_SIZE=2"} << QByteArray("RANK is \"2\"");
        QTest::newRow("address") << QStringList{"RANK=1", "WORLD_SIZE=2"} << QByteArray("MASTER_ADDR is not set");
        QTest::newRow("port") << QStringList{"RANK=1", "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=x"}
                              << QByteArray("MASTER_PORT is \"x\"");
    }

    void refused()
    {
        QFETCH(QStringList, variables);
        QFETCH(QByteArray, says);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &variable : variables)
            environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(QMOP_BIN_DIR "/qmop", {"train", "--recipe", m_recipe, "--out", m_folder.filePath("refused")});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), exitCode(ErrorCode::InvalidArgument));
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.contains(says), said);
    }
};

QTEST_GUILESS_MAIN(TestParallelTraining)
#include "tst_parallel_training.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program as a process: from its start to a saved window and the run's JSON.
#include <QtTest>

#include "tests/fixtures/random_checkpoint.h"

#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

using namespace qmop;

class TestFirstLight : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void answersAndSavesTheWindow();
    void comparesTwoRuns();
    void savesTheWindowOfASession();
    void failuresEndWithTheirExitCode_data();
    void failuresEndWithTheirExitCode();
    void version();
    void waitingThreadsDoNotSpin();

private:
    struct Result {
        int exitCode = -1;
        QByteArray out;
        QString err;
    };
    Result start(const QStringList &arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        environment.insert("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
        environment.insert("XDG_CONFIG_HOME", m_folder.path());
        environment.insert("OMP_DISPLAY_ENV", "TRUE"); // OpenMP says on stderr what it read
        environment.remove("OMP_WAIT_POLICY");
        environment.remove("XDG_RUNTIME_DIR"); // as under cron
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"), arguments);
        if (!process.waitForFinished(300'000))
            process.kill();
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                QString::fromUtf8(process.readAllStandardError())};
    }
    QString path(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

void TestFirstLight::initTestCase()
{
    writeRandomCheckpoint(path("model").toStdString());
}

void TestFirstLight::answersAndSavesTheWindow()
{
    const Result result = start({"--first-light", path("light.png"), "--model", path("model"), "--theme", "light"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    // OpenMP's table and our own line, and nothing of Qt's that is of no use to anybody.
    QVERIFY2(!result.err.contains("propagateSizeHints") && !result.err.contains("XDG_RUNTIME_DIR"),
             qPrintable(result.err));
    const QImage window(path("light.png"));
    QCOMPARE(window.size(), QSize(1600, 1000));
    QSet<QRgb> colours;
    for (int y = 0; y < window.height(); y += 3)
        for (int x = 0; x < window.width(); x += 3)
            colours.insert(window.pixel(x, y));
    QVERIFY(colours.size() > 500); // a picture with its overlay, not an empty frame
    const QJsonObject run = QJsonDocument::fromJson(result.out).object();
    QVERIFY2(run.contains("answer"), result.out.left(300).constData());
    // The first sample and its first suggested question.
    QFile samples(QStringLiteral(QMOP_SOURCE_DIR "/resources/samples/samples.json"));
    QVERIFY(samples.open(QIODevice::ReadOnly));
    const QJsonValue first = QJsonDocument::fromJson(samples.readAll()).object()["samples"][0];
    QCOMPARE(run["request"]["question"].toString(), first["questions"][0].toString());
    QCOMPARE(run["request"]["image"].toString(), first["picture"].toString());
}

// A and B side by side, from the command line alone.
void TestFirstLight::comparesTwoRuns()
{
    const QStringList asking{"--model", path("model"), "--layout", "compare", "--compressor", "prune"};
    const Result alone = start(QStringList{"--first-light", path("alone.png")} + asking);
    QVERIFY2(alone.exitCode == 0, qPrintable(alone.err));
    const Result both = start(QStringList{"--first-light", path("both.png"), "--against", "none"} + asking);
    QVERIFY2(both.exitCode == 0, qPrintable(both.err));
    // The run that is shown, B, is the one asked for, in either case.
    const QJsonObject run = QJsonDocument::fromJson(both.out).object();
    QCOMPARE(run["request"]["compressor"].toString(), QStringLiteral("prune"));
    QCOMPARE(run["logits_sha256"], QJsonDocument::fromJson(alone.out).object()["logits_sha256"]);
    QCOMPARE(run["vision_passes"].toInt(), 0); // A looked at the picture before
    // Where there was one picture there are two.
    const QImage before(path("alone.png")), after(path("both.png"));
    QCOMPARE(before.size(), after.size());
    int changed = 0;
    for (int y = 0; y < after.height(); y += 3)
        for (int x = 0; x < after.width(); x += 3)
            changed += before.pixel(x, y) != after.pixel(x, y);
    QVERIFY2(changed > after.height() * after.width() / 9 / 20, qPrintable(QString::number(changed)));
}

// What `qmop run --session` has kept, without asking again.
void TestFirstLight::savesTheWindowOfASession()
{
    QProcess process;
    process.start(QStringLiteral(QMOP_BIN_DIR "/qmop"),
                  {"run", QMOP_SOURCE_DIR "/resources/samples/city.png", "which place is this?", "--model",
                   path("model"), "--session", path("mine.qmops")});
    QVERIFY(process.waitForFinished(300'000));
    const QJsonObject asked = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    const Result result
        = start({"--first-light", path("session.png"), "--model", path("model"), "--session", path("mine.qmops")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QCOMPARE(QImage(path("session.png")).size(), QSize(1600, 1000));
    const QJsonObject run = QJsonDocument::fromJson(result.out).object();
    QVERIFY(!asked["logits_sha256"].toString().isEmpty());
    QCOMPARE(run["logits_sha256"], asked["logits_sha256"]);
    QCOMPARE(run["stages"], asked["stages"]); // the very run
}

void TestFirstLight::failuresEndWithTheirExitCode_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("message");
    const QString light = path("x.png"), model = path("model");
    QTest::newRow("no model") << QStringList{"--first-light", light, "--model", path("none")} << 6 << "none";
    QTest::newRow("no picture") << QStringList{"--first-light", light,          "--model",    model,
                                               "--image",       path("no.png"), "--question", "is it day?"}
                                << 3 << "no.png";
    QTest::newRow("no picture, as an argument") << QStringList{"--first-light", light, "--model", model, path("no.png")}
                                                << 3 << "no.png does not exist (check the path)";
    QTest::newRow("a folder") << QStringList{"--first-light", light, "--model", model, "--image", path("model")} << 3
                              << "model is a folder (open a picture in it)";
    QTest::newRow("no session") << QStringList{"--first-light", light, "--model", model, "--session", path("no.qmops")}
                                << 11 << "no.qmops: no such file";
    QFile text(path("text.png"));
    QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no picture") > 0);
    QTest::newRow("unreadable picture") << QStringList{"--first-light", light,     "--model",
                                                       model,           "--image", text.fileName()}
                                        << 3 << "text.png is text, not a supported picture (open a PNG";
    QTest::newRow("no question") << QStringList{"--first-light", light,
                                                "--model",       model,
                                                "--image",       QMOP_SOURCE_DIR "/resources/samples/city.png"}
                                 << 2 << "question";
    QTest::newRow("no folder") << QStringList{"--first-light", path("none/x.png"), "--model", model} << 10
                               << "none/x.png";
    QTest::newRow("unknown option") << QStringList{"--frob"} << 2 << "frob";
    QTest::newRow("option without its value") << QStringList{"--model"} << 2 << "model";
    QTest::newRow("wrong theme") << QStringList{"--theme", "pink"} << 2 << "--theme pink";
    QTest::newRow("wrong size") << QStringList{"--size", "abc"} << 2 << "--size abc is not understood (give width";
    QTest::newRow("wrong scale") << QStringList{"--scale", "300"} << 2 << "--scale 300";
    const QStringList asking{"--first-light", light, "--model", model};
    QTest::newRow("wrong compressor") << asking + QStringList{"--compressor", "zip"} << 2 << "--compressor zip";
    QTest::newRow("wrong budget")
        << asking + QStringList{"--budget", "63"} << 2
        << "qmop with M = 63: with this model the window offers M = 64, and with prune any number of "
           "patches from 1 to ";
    QTest::newRow("budget of nothing") << asking + QStringList{"--budget", "0"} << 2 << "--budget 0";
    QTest::newRow("wrong run A") << asking + QStringList{"--against", "none:5"} << 2 << "--against none:5";
    QTest::newRow("run A without a question")
        << asking + QStringList{"--image", QMOP_SOURCE_DIR "/resources/samples/city.png", "--against", "none"} << 2
        << "--against needs a question";
    QTest::newRow("wrong layout") << QStringList{"--layout", "abc"} << 2 << "--layout abc";
}

void TestFirstLight::failuresEndWithTheirExitCode()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, message);
    const Result result = start(arguments);
    QVERIFY2(result.exitCode == exitCode, qPrintable(QString::number(result.exitCode) + result.err));
    QVERIFY2(result.err.contains(message), qPrintable(result.err));
    QVERIFY2(result.err.trimmed().endsWith(u')'), qPrintable(result.err)); // what to do about it, in brackets
    QVERIFY(result.out.isEmpty());
}

void TestFirstLight::version()
{
    const Result result = start({"--version"});
    QCOMPARE(result.exitCode, 0);
    QVERIFY(result.out.contains(QMOP_VERSION));
    const Result help = start({"--help"});
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.out.contains("--first-light"));
}

void TestFirstLight::waitingThreadsDoNotSpin()
{
    const Result result = start({"--version"});
    QVERIFY2(result.err.contains("OMP_WAIT_POLICY = 'PASSIVE'"), qPrintable(result.err));
}

QTEST_GUILESS_MAIN(TestFirstLight)
#include "tst_first_light.moc"

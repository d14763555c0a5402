// SPDX-License-Identifier: GPL-3.0-or-later
//
// packaging/fetch-libtorch.sh without a network: what it keeps, what it refuses,
// and that each failure is one line that says what to do.
#include "tests/packaging/write_file.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using qmop::writeFile;

namespace {

const QString kSource = QStringLiteral(QMOP_SOURCE_DIR);
const QString kWheel = QStringLiteral("nvidia_cuda_runtime-13.5.37-py3-none-manylinux_2_17_x86_64.whl");
const QStringList kKeyFiles{"torch/lib/libtorch_cpu.so",      "torch/lib/libc10.so",
                            "torch/lib/libgomp.so.1",         "nvidia/cu13/lib/libcudart.so.13",
                            "nvidia/cu13/lib/libcupti.so.13", "torch/include/ATen/ATen.h"};

struct Outcome {
    int status = -1;
    QString output;
    QStringList errors; ///< lines of standard error
};

/// Runs the script with a cache folder and what pip finds in a folder instead of a package index.
Outcome fetch(const QString &cache, const QString &wheels, const QString &pathInFront = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CACHE_HOME", cache);
    environment.insert("PIP_NO_INDEX", "1");
    environment.insert("PIP_FIND_LINKS", wheels);
    if (!pathInFront.isEmpty())
        environment.insert("PATH", pathInFront + ":" + environment.value("PATH"));
    process.setProcessEnvironment(environment);
    process.start(kSource + "/packaging/fetch-libtorch.sh", {});
    Outcome outcome;
    if (process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit)
        outcome.status = process.exitCode();
    outcome.output = QString::fromUtf8(process.readAllStandardOutput());
    outcome.errors = QString::fromUtf8(process.readAllStandardError()).split('\n', Qt::SkipEmptyParts);
    return outcome;
}

/// The pinned requirement lines, as the script's stamp begins.
QByteArray pinnedWheels()
{
    QFile file(kSource + "/packaging/libtorch-wheels.txt");
    QByteArray lines;
    if (file.open(QIODevice::ReadOnly))
        for (const QByteArray &line : file.readAll().split('\n'))
            if (!line.isEmpty() && !line.startsWith('#'))
                lines += line + '\n';
    return lines;
}

/// A folder as a finished fetch leaves it, with one-line files in place of the libraries.
void makeFetched(const QString &cache)
{
    const QString folder = cache + "/qmop-explorer/libtorch-2.11.0/";
    QByteArray stamp = pinnedWheels();
    for (const QString &name : kKeyFiles) {
        writeFile(folder + name, "12345");
        stamp += "5 " + name.toUtf8() + '\n';
    }
    writeFile(folder + "verified.txt", stamp);
}

} // namespace

class TestFetchLibTorch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keepsWhatIsVerified();
    void fetchesAgain_data();
    void fetchesAgain();
    void refusesWrongHash();
    void saysThatNothingIsOffered();
    void asksForSpaceFirst();
    void saysThatTheCacheCannotBeWritten();
};

void TestFetchLibTorch::initTestCase()
{
    if (QProcess::execute("python3", {"-m", "pip", "--version"}) != 0)
        QSKIP("python3 has no pip here");
}

void TestFetchLibTorch::keepsWhatIsVerified()
{
    QTemporaryDir cache;
    makeFetched(cache.path());
    const Outcome outcome = fetch(cache.path(), cache.path());
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.startsWith("LibTorch 2.11.0: verified"));
    QVERIFY(outcome.errors.isEmpty());
}

void TestFetchLibTorch::fetchesAgain_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("truncated library") << kKeyFiles[0] << QByteArray("1234");
    QTest::newRow("other pinned wheels") << QString("verified.txt") << QByteArray("torch==2.10.0\n");
    QTest::newRow("no stamp") << QString("verified.txt") << QByteArray();
}

void TestFetchLibTorch::fetchesAgain()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QTemporaryDir cache;
    makeFetched(cache.path());
    writeFile(cache.path() + "/qmop-explorer/libtorch-2.11.0/" + file, text);
    const Outcome outcome = fetch(cache.path(), cache.path());
    QCOMPARE(outcome.status, 1); // nothing is on offer here
    QVERIFY(outcome.output.contains("Fetching LibTorch 2.11.0"));
}

void TestFetchLibTorch::refusesWrongHash()
{
    QTemporaryDir folder;
    writeFile(folder.filePath("wheels/" + kWheel), "not a wheel");
    const Outcome outcome = fetch(folder.filePath("cache"), folder.filePath("wheels"));
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.errors.size(), 1);
    QVERIFY2(outcome.errors[0].contains("nvidia-cuda-runtime==13.5.37 has the wrong hash"),
             qPrintable(outcome.errors[0]));
    QVERIFY(!QFile::exists(folder.filePath("cache/qmop-explorer/libtorch-2.11.0")));
    QVERIFY(QDir(folder.filePath("cache/qmop-explorer/libtorch-2.11.0.download/wheels")).isEmpty());
}

void TestFetchLibTorch::saysThatNothingIsOffered()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("empty"));
    const Outcome outcome = fetch(folder.filePath("cache"), folder.filePath("empty"));
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.errors.size(), 1);
    QVERIFY2(outcome.errors[0].contains("has no nvidia-cuda-runtime==13.5.37"), qPrintable(outcome.errors[0]));
}

void TestFetchLibTorch::asksForSpaceFirst()
{
    QTemporaryDir folder;
    writeFile(folder.filePath("bin/df"), "#!/bin/sh\necho header\necho disk 0 0 17\n", true);
    const Outcome outcome = fetch(folder.filePath("cache"), folder.path(), folder.filePath("bin"));
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.errors.size(), 1);
    QVERIFY2(outcome.errors[0].contains("17 MiB free"), qPrintable(outcome.errors[0]));
    QVERIFY(!outcome.output.contains("Fetching"));
}

void TestFetchLibTorch::saysThatTheCacheCannotBeWritten()
{
    QTemporaryDir folder;
    writeFile(folder.filePath("cache"), "a file where a folder should be");
    const Outcome outcome = fetch(folder.filePath("cache"), folder.path());
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.errors.size(), 1);
    QVERIFY2(outcome.errors[0].contains("cannot be written; set XDG_CACHE_HOME"), qPrintable(outcome.errors[0]));
}

QTEST_APPLESS_MAIN(TestFetchLibTorch)
#include "tst_fetch_libtorch.moc"

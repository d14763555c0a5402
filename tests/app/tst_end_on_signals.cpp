// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program told to end from outside: it must not take that for a crash.
#include <QtTest>

#include "core/store/database.h"
#include "core/store/run_journal.h"
#include "qmop/error.h"

#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

using namespace qmop;

class TestEndOnSignals : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isNoCrash_data();
    void isNoCrash();
};

void TestEndOnSignals::isNoCrash_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("crashes");
    QTest::newRow("shutdown") << SIGTERM << 0;
    QTest::newRow("terminal closed") << SIGHUP << 0;
    QTest::newRow("Ctrl+C") << SIGINT << 0;
    QTest::newRow("killed") << SIGKILL << 1;
}

void TestEndOnSignals::isNoCrash()
{
    QFETCH(int, signal);
    QFETCH(int, crashes);
    QTemporaryDir home;
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    environment.insert("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
    environment.insert("HOME", home.path());
    environment.insert("XDG_CONFIG_HOME", home.filePath("config"));
    environment.insert("XDG_DATA_HOME", home.filePath("data"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"), QStringList{});
    QVERIFY(process.waitForStarted());
    const std::filesystem::path file = home.filePath("data/qmop-explorer/qmop-explorer/journal-1.sqlite").toStdString();
    // The window writes itself down in the journal once it is shown.
    const auto isOpen = [&] {
        try {
            if (!std::filesystem::exists(file))
                return false;
            Database database(file, Database::Access::ReadWrite);
            return Statement(database, "SELECT 1 FROM windows").step();
        } catch (const Error &) {
            return false; // being made
        }
    };
    QTRY_VERIFY_WITH_TIMEOUT(isOpen(), 120'000);
    ::kill(pid_t(process.processId()), signal);
    QVERIFY(process.waitForFinished(120'000));
    QCOMPARE(process.exitStatus(), crashes > 0 ? QProcess::CrashExit : QProcess::NormalExit);
    RunJournal journal(file);
    QCOMPARE(int(journal.openWindow("next").size()), crashes);
    journal.closeWindow();
    if (crashes == 0) {
        QCOMPARE(process.exitCode(), 0);
        QFile settings(home.filePath("config/qmop-explorer/qmop-explorer.conf"));
        QVERIFY(settings.open(QIODevice::ReadOnly));
        QVERIFY(settings.readAll().contains("[window]"));
    }
}

QTEST_GUILESS_MAIN(TestEndOnSignals)
#include "tst_end_on_signals.moc"

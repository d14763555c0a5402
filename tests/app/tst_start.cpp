// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the program is started with: files by every name that --help gives them,
// and a terminal without a screen.
#include <QtTest>

#include "core/store/session_file.h"
#include "qmop/error.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace qmop;

class TestStart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesAreOpened_data();
    void filesAreOpened();
    void questionsNeedNoScreen_data();
    void questionsNeedNoScreen();
    void missingScreenIsSaid();

private:
    QProcessEnvironment environment() const;

    QTemporaryDir m_home;
};

QProcessEnvironment TestStart::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    environment.insert("QMOP_RESOURCES", QMOP_SOURCE_DIR "/resources");
    environment.insert("HOME", m_home.path());
    environment.insert("XDG_CONFIG_HOME", m_home.filePath("config"));
    environment.insert("XDG_DATA_HOME", m_home.filePath("data"));
    return environment;
}

void TestStart::filesAreOpened_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("remembered"); // under what is recent
    const QString session = m_home.filePath("mine.qmops");
    const QString picture = QStringLiteral(QMOP_SOURCE_DIR "/resources/samples/field.png");
    QTest::newRow("session") << QStringList{"--session", session} << "mine.qmops";
    QTest::newRow("session, one word") << QStringList{"--session=" + session} << "mine.qmops";
    QTest::newRow("session, bare") << QStringList{session} << "mine.qmops";
    QTest::newRow("picture") << QStringList{"--image", picture} << "field.png";
    QTest::newRow("picture, bare") << QStringList{picture} << "field.png";
    QTest::newRow("picture after options") << QStringList{"--theme", "dark", "--", picture} << "field.png";
}

void TestStart::filesAreOpened()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, remembered);
    SessionWriter(m_home.filePath("mine.qmops").toStdString(), SessionKind::Session).commit();
    QFile settings(m_home.filePath("config/qmop-explorer/qmop-explorer.conf"));
    settings.remove();
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"), arguments);
    QVERIFY(process.waitForStarted());
    const auto isRemembered = [&] {
        return settings.open(QIODevice::ReadOnly) && [&] {
            const bool found = settings.readAll().contains(remembered.toUtf8());
            settings.close();
            return found;
        }();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isRemembered() || process.state() == QProcess::NotRunning, 60'000);
    QVERIFY2(isRemembered(), process.readAllStandardError());
    process.terminate();
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
}

void TestStart::questionsNeedNoScreen_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("help") << "--help" << QByteArray("--session <FILE>");
    QTest::newRow("files") << "-h" << QByteArray("Pictures, folders, sessions");
    QTest::newRow("version") << "--version" << QByteArray(QMOP_VERSION);
}

void TestStart::questionsNeedNoScreen()
{
    QFETCH(QString, argument);
    QFETCH(QByteArray, said);
    QProcessEnvironment bare = environment();
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        bare.remove(QLatin1String(name));
    QProcess process;
    process.setProcessEnvironment(bare);
    process.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"), {argument});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(process.readAllStandardOutput().contains(said));
}

void TestStart::missingScreenIsSaid()
{
    QProcessEnvironment bare = environment();
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        bare.remove(QLatin1String(name));
    QProcess process;
    process.setProcessEnvironment(bare);
    process.start(QStringLiteral(QMOP_BIN_DIR "/qmop-explorer"), QStringList{});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), exitCode(ErrorCode::InvalidArgument));
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(said.contains("there is no display"), said);
    QCOMPARE(said.count('\n'), 1);
}

QTEST_GUILESS_MAIN(TestStart)
#include "tst_start.moc"

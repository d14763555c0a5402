// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was built speaks to no network: it names no such library and calls no
// function of sockets or look-ups. (Debian's OpenCV brings libcurl along, by way
// of GDAL; nothing here calls it.) That no source includes such a header is a
// rule of tests/structure.
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <sys/socket.h>
#include <unistd.h>

class TestNoNetwork : public QObject {
    Q_OBJECT

    // What readelf prints about a program, line by line; empty where it fails.
    static QStringList readElf(const QStringList &options, const QString &file)
    {
        QProcess process;
        process.start(QStringLiteral(QMOP_READELF), options + QStringList{"--wide", file});
        if (!process.waitForFinished(120'000) || process.exitCode() != 0)
            return {};
        return QString::fromUtf8(process.readAllStandardOutput()).split(u'\n');
    }

    static QStringList networkCalls(const QString &file)
    {
        static const QRegularExpression call(
            " UND (socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|gethostby\\w+|"
            "res_\\w+|curl_\\w+|SSL_\\w+|_ZN\\d+Q(Network|Tcp|Udp|Ssl|Host)\\w+)(@|$|\\s)");
        const QStringList symbols = readElf({"--dyn-syms"}, file).filter(" UND ");
        return symbols.isEmpty() ? QStringList{"cannot be read"} : symbols.filter(call);
    }

private Q_SLOTS:
    void programs_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("library"); // one that it does link
        QTest::newRow("qmop") << QMOP_BIN_DIR "/qmop"
                              << "libc.so";
        QTest::newRow("qmop-command") << QMOP_BIN_DIR "/qmop-command"
                                      << "libtorch_cpu.so";
        QTest::newRow("qmop-explorer") << QMOP_BIN_DIR "/qmop-explorer"
                                       << "libc.so";
        QTest::newRow("qmop-explorer-window") << QMOP_BIN_DIR "/qmop-explorer-window"
                                              << "libQt6Widgets.so";
        QTest::newRow("qmop-engine.so") << QMOP_BIN_DIR "/qmop-engine.so"
                                        << "libtorch_cpu.so";
    }

    void programs()
    {
        QFETCH(QString, file);
        QFETCH(QString, library);
        static const QRegularExpression network("lib(Qt6(Network|WebSockets|WebEngine|HttpServer)|curl|ssl|gnutls|"
                                                "boost_asio|zmq|grpc|resolv)");
        const QStringList libraries = readElf({"--dynamic"}, file).filter("(NEEDED)");
        QVERIFY2(!libraries.filter(library).isEmpty(), qPrintable(libraries.join(u'\n'))); // was read
        QCOMPARE(libraries.filter(network), QStringList());
    }

    void calls_data() { programs_data(); }

    void calls()
    {
        QFETCH(QString, file);
        QCOMPARE(networkCalls(file), QStringList());
    }

    // This test calls socket(), and the same search finds it.
    void aCallIsFound()
    {
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        QVERIFY(descriptor >= 0);
        ::close(descriptor);
        const QStringList calls = networkCalls(QCoreApplication::applicationFilePath());
        QCOMPARE(calls.size(), 1);
        QVERIFY2(calls.front().contains("socket"), qPrintable(calls.front()));
    }
};

QTEST_GUILESS_MAIN(TestNoNetwork)
#include "tst_no_network.moc"

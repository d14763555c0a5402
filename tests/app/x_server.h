// SPDX-License-Identifier: GPL-3.0-or-later
//
// An X server of a test's own, without a screen (Xvfb), and a hand on its pointer
// and keys (xdotool).
#pragma once

#include <QDeadlineTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QStringList>

namespace qmop::fixture {

class XServer {
public:
    // Starts it, and has this process's windows appear on it: to be called before
    // the application is made. Says why, where there can be none.
    XServer()
    {
        for (const char *program : {"Xvfb", "xdotool"})
            if (QStandardPaths::findExecutable(QLatin1String(program)).isEmpty()) {
                m_problem = QStringLiteral("%1 is not installed (Debian packages xvfb and xdotool)")
                                .arg(QLatin1String(program));
                return;
            }
        m_server.setProcessChannelMode(QProcess::SeparateChannels);
        // It takes a free display and says which.
        m_server.start(QStringLiteral("Xvfb"),
                       {"-displayfd", "1", "-screen", "0", "1700x1000x24", "-nolisten", "tcp", "-noreset"});
        QByteArray display;
        const QDeadlineTimer patience(60'000);
        while (!display.endsWith('\n') && m_server.state() != QProcess::NotRunning && !patience.hasExpired()) {
            m_server.waitForReadyRead(500);
            display += m_server.readAllStandardOutput();
        }
        if (!display.endsWith('\n')) {
            m_problem
                = QStringLiteral("Xvfb did not start: ") + QString::fromLocal8Bit(m_server.readAllStandardError());
            return;
        }
        qputenv("DISPLAY", ':' + display.trimmed());
        qputenv("QT_QPA_PLATFORM", "xcb");
        qunsetenv("WAYLAND_DISPLAY");
    }
    ~XServer()
    {
        m_server.terminate();
        m_server.waitForFinished();
    }
    XServer(const XServer &) = delete;
    XServer &operator=(const XServer &) = delete;

    const QString &problem() const { return m_problem; } // empty: it runs

    // Sends real events to whatever window the server finds; comes back when they are
    // sent, not when they have had their effect.
    bool send(const QStringList &command) const { return QProcess::execute(QStringLiteral("xdotool"), command) == 0; }

private:
    QProcess m_server;
    QString m_problem;
};

} // namespace qmop::fixture

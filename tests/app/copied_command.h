// SPDX-License-Identifier: GPL-3.0-or-later
//
// A copied command as a person pastes it into a shell.
#pragma once

#include <QProcess>
#include <QString>

namespace qmop::fixture {

// Nothing where it succeeded, else what it said. `output`: what it printed.
inline QByteArray runInShell(const QString &command, QByteArray *output = nullptr)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", QStringLiteral(QMOP_BIN_DIR ":/usr/bin:/bin"));
    process.setProcessEnvironment(environment);
    process.start("sh", {"-c", command});
    if (!process.waitForFinished(120000))
        return "did not end";
    if (output)
        *output = process.readAllStandardOutput();
    return process.exitCode() == 0 ? QByteArray() : process.readAllStandardError() + "failed";
}

} // namespace qmop::fixture

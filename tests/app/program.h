// SPDX-License-Identifier: GPL-3.0-or-later
//
// The built command line program as a test runs it.
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qmop {

struct ProgramResult {
    int exitCode = -1; // -1: ended by a signal
    QByteArray output;
    QByteArray errors;
};

// One running program. QProcess takes QString arguments, which cannot hold what
// is not UTF-8; this passes bytes.
class Program {
public:
    // `outputFile`: where standard output goes instead of to finish().
    explicit Program(const QByteArrayList &arguments, const char *outputFile = nullptr)
    {
        int output[2];
        int errors[2];
        if (::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(errors, O_CLOEXEC) != 0)
            std::abort();
        std::vector<std::string> words{QMOP_BIN_DIR "/qmop"};
        for (const QByteArray &argument : arguments)
            words.push_back(argument.toStdString());
        std::vector<char *> pointers;
        for (std::string &word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        m_process = ::fork();
        if (m_process == 0) {
            ::dup2(outputFile ? ::open(outputFile, O_WRONLY) : output[1], STDOUT_FILENO);
            ::dup2(errors[1], STDERR_FILENO);
            ::execv(pointers[0], pointers.data());
            ::_exit(127);
        }
        ::close(output[1]);
        ::close(errors[1]);
        m_output = output[0];
        m_errors = errors[0];
    }

    void send(int signal) const { ::kill(m_process, signal); }

    // Reads standard error up to a line that contains `part`; false at its end.
    bool waitForError(const QByteArray &part)
    {
        char byte = 0;
        while (!m_readErrors.contains(part)) {
            if (::read(m_errors, &byte, 1) != 1)
                return false;
            m_readErrors += byte;
        }
        return true;
    }

    // Output is small here (a pipe holds 64 KiB), so one pipe after the other.
    ProgramResult finish()
    {
        ProgramResult result;
        result.output = readAll(m_output);
        result.errors = m_readErrors + readAll(m_errors);
        int status = 0;
        ::waitpid(m_process, &status, 0);
        result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        return result;
    }

private:
    static QByteArray readAll(int fd)
    {
        QByteArray bytes;
        char piece[4096];
        for (ssize_t size = ::read(fd, piece, sizeof piece); size > 0; size = ::read(fd, piece, sizeof piece))
            bytes.append(piece, size);
        ::close(fd);
        return bytes;
    }

    pid_t m_process = -1;
    int m_output = -1;
    int m_errors = -1;
    QByteArray m_readErrors;
};

inline ProgramResult runProgram(const QByteArrayList &arguments)
{
    return Program(arguments).finish();
}

} // namespace qmop

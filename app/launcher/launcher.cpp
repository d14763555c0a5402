// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop` and `qmop-explorer`: sets what libraries read before main(), then becomes
// the program beside it, whose name goes on with QMOP_BECOMES. LibTorch and Qt
// bring OpenMP's runtime along, so that program's own main() is too late to say how
// its threads wait. Same process: signals, streams and exit codes are its own.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace {

constexpr int internalError = 70; // exitCode(ErrorCode::Internal)

int fail(const char *program, int reason)
{
    std::fprintf(stderr, "%s: cannot be started: %s (build or install it beside this program)\n", program,
                 std::strerror(reason));
    return internalError;
}

}

int main(int, char **argv)
{
    // Threads that wait must not spin: the window needs the cores, and two programs
    // whose threads spin against each other take thirty times as long.
    setenv("OMP_WAIT_POLICY", "passive", 0);
    char path[4096];
    constexpr const char suffix[] = QMOP_BECOMES;
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof suffix);
    if (length <= 0)
        return fail("/proc/self/exe", errno);
    std::memcpy(path + length, suffix, sizeof suffix);
    execv(path, argv);
    return fail(path, errno);
}

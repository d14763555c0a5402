// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop-explorer`: sets what libraries read before main(), then becomes the
// window's program, qmop-explorer-window beside it. Qt brings OpenMP's runtime
// along, so the window's own main() is too late to say how its threads wait.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

int main(int, char **argv)
{
    // Threads of the engine that wait must not spin: the window needs the cores.
    setenv("OMP_WAIT_POLICY", "passive", 0);
    char path[4096];
    constexpr const char suffix[] = "-window";
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof suffix);
    if (length > 0) {
        std::memcpy(path + length, suffix, sizeof suffix);
        execv(path, argv);
    }
    std::perror("qmop-explorer: qmop-explorer-window beside it cannot be started; build or install both");
    return 1;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/explorer_process.h"

#include "qmop/error.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qmop {

int runExplorer(const std::string &signature, const std::vector<std::string> &arguments)
{
    std::error_code error;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string program = (own.parent_path() / "qmop-explorer").string();
    if (error || ::access(program.c_str(), X_OK) != 0)
        throw Error(ErrorCode::Internal, program + ": cannot be started", "build or install qmop-explorer beside qmop");
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.insert(words.end(), {"--signed", signature});
    std::vector<char *> pointers;
    for (std::string &word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    std::cout << std::flush;
    pid_t process = -1;
    if (::posix_spawn(&process, program.c_str(), nullptr, nullptr, pointers.data(), environ) != 0)
        throw Error(ErrorCode::Internal, program + ": cannot be started", "build or install qmop-explorer beside qmop");
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) { }
    return WIFEXITED(status) ? WEXITSTATUS(status) : exitCode(ErrorCode::Internal);
}

} // namespace qmop

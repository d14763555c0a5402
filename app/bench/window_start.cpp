// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/window_start.h"

#include "qmop/error.h"

#include <cstdlib>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qmop::bench {
namespace {

void runToEnd(const std::filesystem::path &program, const char *argument)
{
    std::string path = program.string(), option = argument;
    char *arguments[] = {path.data(), option.data(), nullptr};
    pid_t child = 0;
    int status = 0;
    if (posix_spawn(&child, path.c_str(), nullptr, nullptr, arguments, environ) != 0
        || waitpid(child, &status, 0) != child || status != 0)
        throw Error(ErrorCode::Internal, path + " did not end well", "run it by hand: it says why");
}

} // namespace

void addWindowStart(BenchSuite &suite)
{
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    for (const auto &[name, program, argument] : {std::tuple{"window-start", "qmop-explorer", "--until-shown"},
                                                  std::tuple{"window-start-empty", "qmop-empty-window", "--"}}) {
        suite.add(name, {}, [path = folder / program, argument = argument] {
            setenv("QT_QPA_PLATFORM", "offscreen", 1);
            return [=] { runToEnd(path, argument); };
        });
    }
    suite.compare(
        {"start to painted window / an empty Qt window", "window-start", "window-start-empty", "(goal: at most 3)"});
}

} // namespace qmop::bench

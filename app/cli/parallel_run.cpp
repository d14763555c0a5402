// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/parallel_run.h"

#include "core/parallel/parallel_module.h"
#include "qmop/error.h"

#include <charconv>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string>

namespace qmop {

namespace {

constexpr const char *hint
    = "torchrun and packaging/slurm/train.sbatch set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT";

std::string variable(const char *name)
{
    const char *value = std::getenv(name);
    if (!value || !*value)
        throw Error(ErrorCode::InvalidArgument, std::string("the environment variable ") + name + " is not set", hint);
    return value;
}

int number(const char *name, int low, int high)
{
    const std::string text = variable(name);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
        throw Error(ErrorCode::InvalidArgument,
                    std::string("the environment variable ") + name + " is \"" + text + "\", no number from "
                        + std::to_string(low) + " to " + std::to_string(high),
                    hint);
    return value;
}

// Never unloaded: LibTorch does not survive it.
const ParallelModule &parallelModule()
{
    std::error_code failed;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
    std::string problem = "not found beside " + program.string();
    for (const std::filesystem::path &folder : {program, program / "../lib/qmop-explorer"}) {
        const std::filesystem::path file = folder / "qmop-parallel.so";
        if (!std::filesystem::exists(file, failed))
            continue;
        void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (void *entry = handle ? dlsym(handle, "qmopParallelModule") : nullptr)
            return *reinterpret_cast<decltype(&qmopParallelModule)>(entry)();
        problem = dlerror();
    }
    throw Error(ErrorCode::Internal, "qmop-parallel.so: " + problem, "install the program again");
}

}

ParallelRun parallelRunFromEnvironment()
{
    if (!std::getenv("RANK") && !std::getenv("WORLD_SIZE"))
        return {};
    Meeting meeting;
    meeting.size = number("WORLD_SIZE", 1, 4096);
    meeting.rank = number("RANK", 0, meeting.size - 1);
    if (meeting.size > 1) {
        meeting.address = variable("MASTER_ADDR");
        meeting.port = number("MASTER_PORT", 1, 65535);
    }
    return {parallelModule().join(meeting)};
}

} // namespace qmop

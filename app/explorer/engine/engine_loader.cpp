// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program's side of the engine's module.
#include "app/explorer/engine/engine_module.h"

#include "qmop/error.h"

#include <QCoreApplication>

#include <dlfcn.h>

namespace qmop {

namespace {

// Never unloaded: LibTorch does not survive it, and the program's end frees all.
const EngineModule *load()
{
    // Beside the program in a build, in the private library folder when installed.
    const std::filesystem::path program = QCoreApplication::applicationDirPath().toStdString();
    std::string problem;
    for (const std::filesystem::path &folder : {program, program / "../lib/qmop-explorer"}) {
        const std::filesystem::path file = folder / "qmop-engine.so";
        std::error_code error;
        if (!std::filesystem::exists(file, error))
            continue;
        void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        void *entry = handle ? dlsym(handle, "qmopEngineModule") : nullptr;
        if (entry)
            return reinterpret_cast<decltype(&qmopEngineModule)>(entry)();
        problem = dlerror();
    }
    throw Error(ErrorCode::Internal,
                "qmop-engine.so: " + (problem.empty() ? "not found beside " + program.string() : problem),
                "install the program again, or build the target qmop-explorer");
}

}

const EngineModule &engineModule()
{
    static const EngineModule *const module = load(); // threads wait for the first
    return *module;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine as the window runs it: the built module, with the embedded model.
#pragma once

#include "app/explorer/engine/engine_module.h"
#include "app/explorer/window/main_window.h"

#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

namespace qmop::fixture {

inline const EngineModule &realEngine()
{
    static const EngineModule *const module = [] {
        void *handle = dlopen(QMOP_BIN_DIR "/qmop-engine.so", RTLD_NOW | RTLD_LOCAL);
        void *entry = handle ? dlsym(handle, "qmopEngineModule") : nullptr;
        if (!entry)
            qFatal("%s", dlerror());
        return reinterpret_cast<decltype(&qmopEngineModule)>(entry)();
    }();
    return *module;
}

inline const std::filesystem::path embeddedModel = QMOP_SOURCE_DIR "/models/zoo/scenes-tiny";

inline WindowConfig realConfig(std::filesystem::path journal)
{
    WindowConfig config;
    config.model = embeddedModel;
    config.resources = QMOP_SOURCE_DIR "/resources";
    config.backend = [](std::function<void(const RunEvent &)> listener) {
        return realEngine().makeBackend(embeddedModel, std::move(listener));
    };
    config.decoder = [](const ImageSource &source) { return realEngine().decode(source); };
    config.journal = std::move(journal);
    config.rememberLayout = false;
    return config;
}

// Starts the test again with what the program's launcher sets: OpenMP's runtime
// reads it before main().
inline void startAsTheLauncherDoes(char **argv)
{
    if (getenv("OMP_WAIT_POLICY"))
        return;
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv("/proc/self/exe", argv);
    perror("exec");
    _exit(1);
}

} // namespace qmop::fixture

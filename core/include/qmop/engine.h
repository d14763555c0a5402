// SPDX-License-Identifier: GPL-3.0-or-later
//
// The border between the programs and the networks. One worker thread owns the
// models, the caches and every tensor; only plain values cross.
#pragma once

#include "qmop/image_u8.h"
#include "qmop/run_event.h"
#include "qmop/run_request.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace qmop {

struct EngineConfig {
    std::filesystem::path defaultModel; // checkpoint folder for requests that name none
    int threads = 0;                    // 0: chosen from the machine
    std::int64_t maxImagePixels = defaultMaxImagePixels;
    // Nice value of the engine's threads, 0 ... 19: a window must not wait for them.
    int niceness = 0;
};

class Engine {
public:
    // Called on the engine's thread; must return quickly and not throw.
    using Listener = std::function<void(const RunEvent &)>;

    // Starts the worker; models load with the first request.
    Engine(EngineConfig config, Listener listener);
    // Cancels what runs, joins the worker, then frees the models on its thread.
    ~Engine();
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    // Replaces a request that still waits (it ends with RunCancelled). Never blocks on a run.
    void submit(RunRequest request);
    // Stops the running request, if any: at once between stages, layers and
    // tokens; reading one very large picture is a step that cannot be broken off.
    void cancel();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace qmop

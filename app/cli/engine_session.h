// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine as a command line program uses it: ask, wait, Ctrl+C cancels.
#pragma once

#include "qmop/engine.h"

#include <functional>
#include <memory>

namespace qmop {

class EngineSession {
public:
    // Progress arrives on the engine's thread.
    explicit EngineSession(EngineConfig config, std::function<void(const StageProgress &)> onProgress = {});
    ~EngineSession();
    EngineSession(const EngineSession &) = delete;
    EngineSession &operator=(const EngineSession &) = delete;

    // Runs one request to its end. Throws the run's Error; SIGINT and SIGTERM
    // stop the run (Error{Cancelled}), a second signal ends the program at once
    // with exit code 130.
    std::shared_ptr<const RunTrace> run(RunRequest request);
    // A signal has come, perhaps as a run was ending: there should be no other one.
    bool stopped() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace qmop

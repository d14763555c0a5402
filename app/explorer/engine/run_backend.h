// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window needs of the engine, so that its tests can script the events.
#pragma once

#include "qmop/run_event.h"
#include "qmop/run_request.h"

#include <functional>
#include <memory>

namespace qmop {

class RunBackend {
public:
    virtual ~RunBackend() = default;
    // Same contract as Engine: never blocks on a run.
    virtual void submit(RunRequest request) = 0;
    virtual void cancel() = 0;
};

// Makes a backend whose events go to the listener, on any thread. Called when
// the first run is submitted, so that starting the window loads no networks.
using BackendFactory = std::function<std::unique_ptr<RunBackend>(std::function<void(const RunEvent &)> listener)>;

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// One request after the other, on the caller's thread: what the engine runs on
// its worker, and what benches call directly. Holds the loaded model and the
// stage cache: another question, budget or compressor on a picture that was seen
// before runs no vision pass.
#pragma once

#include "qmop/engine.h"
#include "qmop/run_event.h"
#include "qmop/run_request.h"
#include "qmop/run_trace.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace qmop {

// Where a run reports to while it runs; either may be empty. Called on the
// thread that runs.
struct RunSink {
    std::function<void(const StageProgress &)> progress;
    std::function<void(const TokenStreamed &)> token; // of the main answer, not of the uncompressed one beside it
};

// Not thread-safe: one thread constructs, runs and destroys it.
class Pipeline {
public:
    explicit Pipeline(EngineConfig config);
    ~Pipeline();
    Pipeline(const Pipeline &) = delete;
    Pipeline &operator=(const Pipeline &) = delete;

    // `stop` is polled between weight files, stages, layers and tokens, and throws
    // to stop. Throws Error for what a user can cause; failed allocations leave as
    // the libraries' own exceptions, which describeFailure() of core/engine knows.
    // Afterwards the pipeline is as usable as before.
    std::shared_ptr<const RunTrace> run(const RunRequest &request, const RunSink &sink = {},
                                        const std::function<void()> &stop = {});

    // Those that take less memory than this request took, or would have taken to load its model.
    std::vector<Precision> smallerPrecisions(const RunRequest &request) const;

    // Drops what runs left for later ones; the model stays. For when memory ran out.
    void releaseMemory();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

// Budgets M for which a checkpoint folder holds a trained QMoP, largest first.
// Looks at folder names and configurations only. Throws Error{InvalidModel} for a
// folder whose configuration is damaged.
std::vector<int> trainedBudgets(const std::filesystem::path &model);

} // namespace qmop

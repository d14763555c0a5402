// SPDX-License-Identifier: GPL-3.0-or-later
//
// What comes back from a run, in order, on the engine's thread.
#pragma once

#include "qmop/error.h"
#include "qmop/run_trace.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace qmop {

// A stage has begun or advanced. total == 0: no count exists (the view shows a
// busy bar); otherwise done <= total.
struct StageProgress {
    std::string stage;
    std::int64_t done = 0;
    std::int64_t total = 0;
};

// One more token of the answer; `text` is the whole answer so far.
struct TokenStreamed {
    std::string text;
    DecodedToken token;
};

struct RunFinished {
    std::shared_ptr<const RunTrace> trace;
};

struct RunFailed {
    ErrorCode code = ErrorCode::Internal;
    std::string what;
    std::string hint;
    // Where memory ran out: those that this model can be computed in and that take less.
    std::vector<Precision> smaller = {};
};

// Stopped by the user; `partialAnswer` is what had been decoded.
struct RunCancelled {
    std::string partialAnswer;
};

// Exactly one RunFinished, RunFailed or RunCancelled ends each request that
// was started; a request replaced while it waited ends with RunCancelled too.
struct RunEvent {
    std::uint64_t requestId = 0;
    std::variant<StageProgress, TokenStreamed, RunFinished, RunFailed, RunCancelled> payload;
};

} // namespace qmop

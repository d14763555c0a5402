// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a training run's log tells, as curves over its steps.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

struct CurvePoint {
    double step = 0;
    double value = 0;

    bool operator==(const CurvePoint &) const = default;
};

// One stage of a run. Keys: "loss"; "accuracy" (held-out average, percent) and "accuracy GU" ..., or of the vision
// stage "accuracy patch" ...; "alpha GU pool" ... (mean weight of a branch over the step's questions of a dimension, or
// "all"); "tau"; "gamma"; "rate"; "pictures/s".
struct StageCurves {
    std::string stage; // "vision", "stage2-16"
    std::map<std::string, std::vector<CurvePoint>> curves; // in the order of the log
    std::int64_t steps = 0; // the last one logged
    double seconds = 0; // sum over the stage's lines
    bool timed = true; // false: some of its lines carry no time
    std::optional<double> waited; // seconds of them that steps waited for their batches; none: the log does not tell
};

struct TrainingCurves {
    // Of the log's first line; empty before it was read.
    std::string name; // of the recipe
    std::string recipeSha256;
    std::string type; // "bf16", "f32"
    int processes = 1; // that trained together
    std::vector<StageCurves> stages; // in the order of the log
    std::int64_t lines = 0; // whole lines read
    std::int64_t damaged = 0; // of them, lines that are no JSON object: a killed run may leave half a one
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which dropped patch would have given another answer: greedy search over the
// patches that pruning left out, all else equal.
#pragma once

#include "core/pipeline/answer_score.h"
#include "models/compressors/compressor.h"
#include "qmop/run_trace.h"

#include <functional>

namespace qmop {

struct PatchSearchJob {
    const Compressor &compressor;
    const CompressorInput &input;
    const CompressedTokens &tokens; // of the run, pruning on its main path
    const PatchGrid &grid;
    int budget = 0;
    Overrides overrides; // of the run
    DecodeJob decode; // with the target
    int rounds = 3;
    // Patches tried in this round, and how many there are; throws to stop.
    std::function<void(int round, int done, int total)> progress;
};

// A stop (Error{Cancelled}) while it runs ends the search and keeps what was
// found: `complete` is false then. Throws Error{InvalidArgument} where pruning was
// not on the main path.
SearchTrace searchPatches(const PatchSearchJob &job);

} // namespace qmop

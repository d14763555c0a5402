// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a full trace costs beside the run itself.
#pragma once

#include "app/bench/bench_suite.h"

#include <filesystem>

namespace qmop::bench {

// Whole runs (a new picture each time, so nothing comes from the stage cache)
// with TraceLevel::Full against TraceLevel::Answer. `model`: a checkpoint folder
// with a trained QMoP.
void addTracing(BenchSuite &suite, const std::filesystem::path &model, int threads);

} // namespace qmop::bench

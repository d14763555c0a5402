// SPDX-License-Identifier: GPL-3.0-or-later
//
// A question of a suite as a run, and what its trace says: the same for the
// command line program and the window.
#pragma once

#include "qmop/bench_record.h"
#include "qmop/run_trace.h"

#include <filesystem>

namespace qmop {

// `base` says how to fuse and decode, and which model; `folder` holds the suite's
// pictures.
RunRequest benchRequest(RunRequest base, const std::filesystem::path &folder, const SuiteSample &sample,
                        const BenchPoint &point);

SampleResult sampleResult(const RunTrace &trace);

// Of routing weights, in nat: 0 where one branch takes all, ln 3 where all are alike.
double entropyOf(const PerBranch<float> &alpha);

} // namespace qmop

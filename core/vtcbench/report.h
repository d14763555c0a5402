// SPDX-License-Identifier: GPL-3.0-or-later
//
// A report as JSON: what `qmop bench --json` prints.
#pragma once

#include "core/vtcbench/runner.h"

#include <nlohmann/json.hpp>

#include <string>

namespace qmop {

// {"suite", "version", "scorer", "model", "fusion", "fusion_threshold", "runs":
// [{"compressor", "budget", "scores": {"GU", "SC", "RC", "SE", "LD", "avg"}, "n",
// "interval": [low, high], "mean_alpha": {"GU": {"pool", "resample", "prune"}, ...},
// "active_branches": {"GU": {"pool", ...}, ...}, "retention", "model_sha256"}]}.
// Scores, interval (95 %, of the average) and retention are percent; budget 0
// stands for compressors without one. fusion is how "qmop" chose its branches,
// fusion_threshold null but for "threshold". model_sha256 is over the files of the
// base and, where there is one, the budget: as in a run's environment. null: a
// dimension without samples, no routing weights, no run with all tokens to compare
// with, no hash.
nlohmann::ordered_json reportJson(const BenchReport &report);

// The same for people: a heading with suite, version and scorer, a line per run.
std::string reportTable(const BenchReport &report);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// A report as JSON: what `qmop bench --json` prints.
#pragma once

#include "core/vtcbench/runner.h"

#include <nlohmann/json.hpp>

#include <string>

namespace qmop {

// {"suite", "version", "scorer", "runs": [{"compressor", "budget", "scores":
// {"GU", "SC", "RC", "SE", "LD", "avg"}, "n", "interval": [low, high],
// "mean_alpha": {"GU": {"pool", "resample", "prune"}, ...}, "active_branches":
// {"GU": {"pool", ...}, ...}, "retention"}]}. Scores, interval (95 %, of the
// average) and retention are percent; budget 0 stands for compressors without
// one. null: a dimension without samples, no routing weights, no run with all
// tokens to compare with.
nlohmann::ordered_json reportJson(const BenchReport &report);

// The same for people: a heading with suite, version and scorer, a line per run.
std::string reportTable(const BenchReport &report);

} // namespace qmop

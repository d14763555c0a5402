// SPDX-License-Identifier: GPL-3.0-or-later
//
// A report as JSON: what `qmop bench --json` prints.
#pragma once

#include "core/vtcbench/runner.h"

#include <nlohmann/json.hpp>

#include <string>

namespace qmop {

// Schema 1 was the same without "schema", "samples" and the runs' "answers".
inline constexpr int benchSchema = 2;

// {"schema": 2, "suite", "version", "scorer", "model", "fusion", "fusion_threshold",
// "samples": [{"id", "image", "question", "answers", "dimension", "question_type",
// "image_sha256"}], "runs":
// [{"compressor", "budget", "scores": {"GU", "SC", "RC", "SE", "LD", "avg"}, "n",
// "interval": [low, high], "mean_alpha": {"GU": {"pool", "resample", "prune"}, ...},
// "active_branches": {"GU": {"pool", ...}, ...}, "retention", "model_sha256",
// "answers": [{"answer", "score", "alpha": {"pool", ...}, "selected": {...}, "entropy",
// "kept_share", "probability", "margin", "seconds", "first_token_seconds"}]}]}.
// Scores, interval (95 %, of the average) and retention are percent; budget 0
// stands for compressors without one. fusion is how "qmop" chose its branches,
// fusion_threshold null but for "threshold". model_sha256 is over the files of the
// base and, where there is one, the budget: as in a run's environment. null: a
// dimension without samples, no routing weights, no run with all tokens to compare
// with, no hash. answers stand in the order of the samples, and may end before them
// where the benchmark was stopped; what one of them has not is left out (SampleResult
// says what the fields are; six digits after the point).
nlohmann::ordered_json reportJson(const BenchReport &report);

// The same as text, ending with a line break: a line for each sample and answer. Text
// that is not UTF-8 gets replacement characters.
std::string reportText(const BenchReport &report);

// A record as text that parseBenchRecord() reads: samples, tags and answers, no summaries.
std::string recordText(const BenchRecord &record);

// The same for people: a heading with suite, version and scorer, a line per run.
std::string reportTable(const BenchReport &report);

} // namespace qmop

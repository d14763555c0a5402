// SPDX-License-Identifier: GPL-3.0-or-later
//
// A run as JSON: what `qmop run` prints, and what it writes with --trace.
// Branches are keyed "pool", "resample", "prune"; patches are numbered in raster
// order; times are seconds; probabilities and weights lie in [0, 1].
#pragma once

#include "qmop/run_trace.h"

#include <nlohmann/json.hpp>

#include <string>

namespace qmop {

// Request, answer with token probabilities, routing, kept patches, the branches
// that were computed, stage times, costs, environment: no maps. Parts that a run
// does not have are left out, so request.budget with the compressors "none" and
// "blind". "kept_patches" are those that the answer was made from; where pruning
// was computed beside the main path only, its choice is "would_keep_patches".
nlohmann::ordered_json runSummary(const RunTrace &trace);

// The summary and everything else of the trace but the picture: alternatives per
// token, geometry, router logits, pruning scores [N] and whether they took part,
// provenance [M, N] of the visual tokens and of every branch that was computed.
nlohmann::ordered_json runTraceJson(const RunTrace &trace);

// What a journal keeps as text: the full trace without pruning scores and rows of
// provenance (numbers that are stored as bytes, see trace_record.h), with paths
// and options of the request, and with bytes that are not UTF-8 kept as
// hexadecimal. "kept_patches" whether pruning took part or not: see "branches".
nlohmann::ordered_json runRecordJson(const RunTrace &trace);

// Text of a document. Bytes that are not UTF-8 (a token may be a part of a
// character, a file name anything) become U+FFFD.
std::string toText(const nlohmann::ordered_json &document, int indent = 2);

} // namespace qmop

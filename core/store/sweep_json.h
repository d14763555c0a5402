// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sweeps as JSON: over budgets as the recipe of a figure carries them, and both
// kinds as sessions keep them.
#pragma once

#include "core/store/record_fields.h"
#include "qmop/figure.h"
#include "qmop/stored_sweep.h"

#include <nlohmann/json.hpp>

#include <string>

namespace qmop {

// {"reference": cell, "cells": [cell, ...], "not_asked"} with cell: {"compressor", "budget", "trained",
// "visual_tokens", "answer", "unchanged", "log_probability", "time_to_first_token",
// "prefill_seconds", "kv_bytes", "kept": [patches]}; what a cell has not is left out.
nlohmann::ordered_json sweepRecipe(const FigureSweep &sweep);

// Throws Error{InvalidSession} naming the field. `patches`: of the run's grid.
FigureSweep readSweep(const Fields &fields, int patches);

// {"question", "answer", "uncompressed", "kept": [patches], "pruned", "alpha": {"pool", ...}}; "alpha" where there is
// one.
nlohmann::ordered_json questionJson(const QuestionCell &cell);

// {"kind": "budgets" or "questions", "question", "picture", "patches", "runs": [uids]} with
// "sweep" as above, or "questions": [questionJson, ...] and "not_asked". Without what has a column of its own: uid, session, time.
std::string writeSweepDocument(const StoredSweep &sweep);
// Throws Error{InvalidSession} beginning with `name`.
StoredSweep readSweepDocument(const std::string &text, const std::string &name);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sweeps as `qmop sweep` prints them.
#pragma once

#include "qmop/patch_grid.h"
#include "qmop/sweep.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace qmop {

struct SweepReport {
    std::string target; // the answer whose log-probability the cells hold
    SweepCell reference; // all tokens
    std::vector<SweepCell> cells;
};

// {"target", "reference", "cells": [{"compressor", "budget", "visual_tokens",
// "answer", "unchanged", "log_probability", "time_to_first_token", "prefill",
// "kv_bytes", "trained"}], "smallest_unchanged": {"qmop": {"budget", "every_larger_too"} or null}}
nlohmann::ordered_json sweepJson(const SweepReport &report);
std::string sweepTable(const SweepReport &report);

// {"questions": [{"question", "answer", "uncompressed", "kept", "pruned", "alpha"}],
// "jaccard": [Q][Q], "survival": [N], "rows", "columns"}
nlohmann::ordered_json questionsJson(const std::vector<QuestionCell> &cells, const PatchGrid &grid);
std::string questionsTable(const std::vector<QuestionCell> &cells, const PatchGrid &grid);

} // namespace qmop

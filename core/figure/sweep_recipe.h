// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sweep over budgets, as the recipe of a figure carries it.
#pragma once

#include "core/store/record_fields.h"
#include "qmop/figure.h"

#include <nlohmann/json.hpp>

namespace qmop {

// {"reference": cell, "cells": [cell, ...]} with cell: {"compressor", "budget", "trained",
// "visual_tokens", "answer", "unchanged", "log_probability", "first_token_seconds",
// "prefill_seconds", "kv_bytes", "kept": [patches]}; what a cell has not is left out.
nlohmann::ordered_json sweepRecipe(const FigureSweep &sweep);

// Throws Error{InvalidSession} naming the field. `patches`: of the run's grid.
FigureSweep readSweep(const Fields &fields, int patches);

} // namespace qmop

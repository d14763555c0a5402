// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was changed of a run, and what was scored and searched for, as JSON: the
// parts of a run's document (trace_json.h) and of a record (trace_record.h).
#pragma once

#include "core/store/record_fields.h"
#include "qmop/run_trace.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <span>
#include <string>

namespace qmop {

// How bytes that may not be UTF-8 are written.
using TextWriter = std::function<nlohmann::ordered_json(const std::string &)>;

// The double that is written like the float: 0.1f as 0.1, not 0.10000000149; null
// for what is no number.
nlohmann::ordered_json number(float value);
nlohmann::ordered_json numbers(std::span<const float> values);

// Only what is set. {"force", "alpha": {"pool", ...}, "off": ["pool"], "lambda",
// "eta", "keep_count", "keep": [], "drop": []}
nlohmann::ordered_json overridesJson(const Overrides &overrides);
nlohmann::ordered_json targetJson(const ScoreTarget &target, const TextWriter &text);
nlohmann::ordered_json searchRequestJson(const PatchSearch &search, const TextWriter &text);
nlohmann::ordered_json scoreJson(const AnswerScore &score, const TextWriter &text);
nlohmann::ordered_json searchJson(const SearchTrace &search, const TextWriter &text);

// Back again. Throw Error{InvalidSession} naming the field. `patches`: of the grid.
Overrides readOverrides(const Fields &fields, int patches);
ScoreTarget readTarget(const Fields &fields);
PatchSearch readSearchRequest(const Fields &fields);
AnswerScore readScore(const Fields &fields);
SearchTrace readSearch(const Fields &fields, int patches);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of a run is changed, and which answer is scored, as options.
#pragma once

#include "qmop/run_request.h"

#include <CLI/App.hpp>

#include <optional>
#include <string>
#include <vector>

namespace qmop {

struct OverrideOptions {
    std::string force;
    std::vector<double> alpha;
    std::vector<std::string> off;
    std::optional<double> lambda;
    std::optional<double> eta;
    std::optional<int> keepCount;
    std::vector<int> keep;
    std::vector<int> drop;

    // --force, --alpha, --off, --lambda, --eta, --keep-count, --keep, --drop. The
    // options must outlive the command.
    void addTo(CLI::App &command);
    Overrides overrides() const;
};

// An answer by text or by token ids.
struct TargetOptions {
    std::optional<std::string> text;
    std::vector<int> tokens;
    bool open = false;
    std::string prefix; // of their names

    // PREFIX-answer, PREFIX-tokens, PREFIX-open; `what` completes "Answer ...".
    void addTo(CLI::App &command, const std::string &prefix, const std::string &what);
    // Throws Error{InvalidArgument} where an answer goes on that is not given.
    std::optional<ScoreTarget> target() const;
};

} // namespace qmop

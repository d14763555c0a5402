// SPDX-License-Identifier: GPL-3.0-or-later
//
// The options that every command has which asks the engine.
#pragma once

#include "qmop/engine.h"

#include <CLI/App.hpp>

#include <optional>
#include <string>
#include <vector>

namespace qmop {

struct RequestOptions {
    std::string fusion = "top2";
    std::optional<double> threshold;
    std::string model; // empty: the embedded one
    std::string precision = "auto";
    int maxTokens = 16;
    int threads = 0; // 0: chosen from the machine
    bool progress = false;
    std::string signature; // of the command that they belong to, for its lines on standard error

    // --fusion, --threshold, --model, --precision, --max-tokens, --threads, --progress. The
    // options must outlive the command.
    void addTo(CLI::App &command);

    EngineConfig engineConfig() const;
    // A request with these options; picture, question and compressor are the caller's.
    // Throws Error{InvalidArgument} for a threshold that no --fusion asks for.
    RunRequest request() const;
};

} // namespace qmop

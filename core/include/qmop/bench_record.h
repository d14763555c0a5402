// SPDX-License-Identifier: GPL-3.0-or-later
//
// A benchmark with every answer: what failures are looked for in.
#pragma once

#include "qmop/branch.h"
#include "qmop/suite.h"

#include <optional>
#include <string>
#include <vector>

namespace qmop {

// What one question gave.
struct SampleResult {
    std::string answer;
    std::optional<PerBranch<float>> alpha = {}; // raw routing weights, where a router ran
    PerBranch<bool> active = {}; // branches that entered the answer
    std::string modelHash = {}; // SHA-256 over the files that answered; may be empty

    std::string imageHash = {}; // SHA-256 of the encoded picture; may be empty
    std::optional<PerBranch<float>> selected = {}; // weights after selection; 0 where inactive
    std::optional<double> entropy = {}; // of alpha, in nat: 0 ... ln 3
    // Share of the picture's patches (padding left out) that the decoder sees as
    // they are, 0 ... 1: those that pruning or "cls-prune" kept, all without
    // compression. Not set where the answer came through no kept patches.
    std::optional<double> keptShare = {};
    std::optional<double> probability = {}; // of the whole answer, its end included, 0 ... 1
    // How far the answer is from another one: the smallest lead of a decoded token
    // over its runner-up, as a difference of probabilities, 0 ... 1.
    std::optional<double> margin = {};
    std::optional<double> seconds = {}; // of all stages
    std::optional<double> firstTokenSeconds = {}; // Costs::timeToFirstTokenSeconds
};

// One compressor at one budget. Budget 0: it has none ("none", "blind").
struct BenchPoint {
    std::string compressor;
    int budget = 0;

    bool operator==(const BenchPoint &) const = default;
};

struct BenchMethod {
    BenchPoint point;
    std::string modelHash; // of its answers; may be empty
    // In the order of the samples; shorter where the benchmark was stopped.
    std::vector<SampleResult> results;
    std::vector<double> scores; // [results] 0 ... 1
};

struct BenchRecord {
    std::string suite;
    std::string version;
    std::string scorer;
    std::string model; // name of the checkpoint
    std::vector<SuiteSample> samples;
    std::vector<std::vector<std::string>> tags; // [samples], or empty: what the file brings along
    std::vector<BenchMethod> methods;

    // The run with all visual tokens, which the others are compared with; -1: none.
    int referenceMethod() const;
};

// "qmop · 64", "none".
std::string methodName(const BenchPoint &point);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks every question of a suite under several compressors and budgets. What
// answers is a function, so that this knows no networks.
#pragma once

#include "core/vtcbench/bootstrap.h"
#include "qmop/bench_record.h"
#include "qmop/branch.h"
#include "qmop/suite.h"

#include <array>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace qmop {

// Every compressor with every budget, but "none" and "blind" once; nothing twice.
std::vector<BenchPoint> benchPoints(const std::vector<std::string> &compressors, const std::vector<int> &budgets);

struct DimensionRouting {
    int samples = 0; // with routing weights
    PerBranch<double> meanAlpha; // over those
    PerBranch<int> active; // answers that each branch entered, of all samples
};

struct BenchRun {
    BenchPoint point;
    std::vector<SampleResult> results; // in the suite's order
    std::vector<double> scores; // [samples] 0 ... 1
    SuiteScore score;
    std::array<DimensionRouting, dimensionCount> routing;
    // Average as a share of the run with all tokens ("none"), in percent.
    std::optional<double> retention;
    std::string modelHash; // of its answers: one model gave them all
};

struct BenchReport {
    std::string suite;
    std::string version;
    std::string scorer;
    std::vector<SuiteSample> samples; // of the suite, also those that were not asked
    std::vector<BenchRun> runs; // in the order of the points
    // With what the answers were asked for; runSuite() leaves it to the caller, who knows.
    std::string model; // name of the checkpoint
    FusionMode fusion = FusionMode::Top2;
    double fusionThreshold = 0.25; // theta of FusionMode::Threshold
};

struct BenchProgress {
    int done = 0; // answers so far, this one included
    int total = 0; // samples x points
    const BenchPoint *point = nullptr;
    const SuiteSample *sample = nullptr;
    const SampleResult *result = nullptr;
    double score = 0; // of this answer, 0 ... 1
};

using AnswerFunction = std::function<SampleResult(const SuiteSample &, const std::string &compressor, int budget)>;
using BenchProgressFunction = std::function<void(const BenchProgress &)>;

// A suite that is being asked, one answer after the other: all points of a sample
// before the next one, so that what does not depend on the point (the vision pass)
// is computed once per picture where the answering side keeps it.
class SuiteRun {
public:
    SuiteRun(Suite suite, const std::vector<BenchPoint> &points);

    const Suite &suite() const { return m_suite; }
    int total() const; // samples x points
    int done() const { return m_done; }
    bool atEnd() const { return m_done == total(); }
    // What is to be asked next; only before the end.
    const SuiteSample &sample() const;
    const BenchPoint &point() const;
    // Its answer. Returns the score, 0 ... 1.
    double take(SampleResult result);

    // Of the samples that every point has answered so far: what is compared is alike.
    BenchReport report(const BootstrapOptions &options = {}) const;
    // All answers so far, without any summary.
    BenchRecord record() const;

private:
    BenchReport withoutSummary() const;

    Suite m_suite;
    std::vector<BenchRun> m_runs;
    int m_done = 0;
};

// Every answer of a report.
BenchRecord recordOf(const BenchReport &report);

// Asks the whole suite. Throws Error{Cancelled} when stopped between two answers, and passes on
// what `answer` throws, an Error with the sample's id in front unless it is about
// the model.
BenchReport runSuite(const Suite &suite, const std::vector<BenchPoint> &points, const AnswerFunction &answer,
                     const BenchProgressFunction &onProgress = {}, std::stop_token stop = {},
                     const BootstrapOptions &options = {});

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// One picture and one question under many compressors and budgets, or many
// questions under one: which runs there are, and what they add up to.
#pragma once

#include "qmop/run_trace.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

struct SweepPoint {
    std::string compressor;
    int budget = 0; // visual tokens; 0: the compressor has no choice ("none", "blind")
    // Pruning has no weights of its own: with a budget that no QMoP was trained
    // for it keeps that many patches of the QMoP for `trained` tokens, whose projector it uses.
    int trained = 0;

    bool operator==(const SweepPoint &) const = default;
};

// Every compressor, as requests and the command line call them.
inline const std::vector<std::string> compressorNames{"none",  "qmop",    "pool",      "resample",
                                                      "prune", "avgpool", "cls-prune", "blind"};

// "avgpool", "cls-prune": they have no weights, so any budget that fits will do.
bool isTrainingFree(const std::string &compressor);

// Why a compressor cannot make `budget` tokens of N `patches`, as "trained for
// M = 64 only"; empty where it can. `trained`: budgets that the model was trained for.
std::string budgetObstacle(const std::string &compressor, int budget, const std::vector<int> &trained, int patches);

// Which budgets a compressor can do, in words: "M = 4, 16, 64, and with prune any number
// of patches from 1 to 256". `most`: the largest that is asked for, N or fewer. "no M"
// where there is none.
std::string offeredBudgets(const std::string &compressor, std::vector<int> trained, int most);

// What sweepPoints() leaves out of the same, one line per compressor and reason:
// "qmop at M = 37, 16: trained for M = 64 only".
std::vector<std::string> leftOutLines(const std::vector<std::string> &compressors, std::vector<int> budgets,
                                      const std::vector<int> &trained, int patches);

// The budgets that are trained, and those of the other whole strides of the grid
// (side / s)^2 from 4 up: what a sweep tries unless told otherwise. Descending.
std::vector<int> sweepBudgets(const std::vector<int> &trained, int patches);

// Every compressor with every budget that it can do, in the order of the
// compressors, budgets descending; "none" and "blind" once. Budgets with an
// obstacle are left out: "prune" and "cls-prune" can do any up to N, "avgpool" the
// square numbers among them, the others what they were trained for.
std::vector<SweepPoint> sweepPoints(const std::vector<std::string> &compressors, std::vector<int> budgets,
                                    const std::vector<int> &trained, int patches);

// The request of one point: `base` with its compressor, budget and kept patches.
RunRequest atPoint(RunRequest base, const SweepPoint &point);

// A run's own answer as a target: its ids, with the end where it was reached.
ScoreTarget targetOf(const Answer &answer);

struct SweepCell {
    SweepPoint point;
    int visualTokens = 0;
    std::string answer;
    bool unchanged = false; // the answer's text is the uncompressed one's
    std::optional<double> logProbability; // of the request's score target
    double timeToFirstTokenSeconds = 0; // Costs::timeToFirstTokenSeconds
    double prefillSeconds = 0;
    std::int64_t kvBytes = 0; // keys and values as allocated
};

SweepCell sweepCell(const SweepPoint &point, const RunTrace &trace, const std::string &uncompressedAnswer);

struct SmallestBudget {
    int budget = 0;
    bool everyLargerToo = true; // false: a larger budget of the sweep changed the answer
};

// The fewest tokens with which this compressor gave the uncompressed answer.
// Not set: none did, or the compressor has no budgets.
std::optional<SmallestBudget> smallestUnchanged(const std::vector<SweepCell> &cells, const std::string &compressor);

// One question on the picture.
struct QuestionCell {
    std::string question;
    std::string answer;
    std::string uncompressed; // empty where the run had none
    std::vector<int> kept; // or would be (keptSet); empty for a compressor that chooses no patches
    bool pruned = false; // the answer came through them
    std::optional<PerBranch<float>> alpha; // the router's, before selection
};

QuestionCell questionCell(const RunTrace &trace);

// |A and B| / |A or B| of the kept patches (ascending) of every two questions, row by row.
// [Q, Q]; 1 on the diagonal; two empty sets are alike.
std::vector<std::vector<double>> jaccardMatrix(const std::vector<QuestionCell> &cells);

// Share of the questions for which each patch was kept. [N]
std::vector<float> survivalMap(const std::vector<QuestionCell> &cells, int patches);

} // namespace qmop

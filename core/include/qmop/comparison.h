// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two runs side by side. A is the reference, B the run compared with it;
// differences are B - A.
#pragma once

#include "qmop/run_trace.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace qmop {

struct AnswerDiff {
    bool same = true;
    int firstDifference = -1; // index of the first word that differs
    std::string word; // that word in the first answer; empty where it has ended
    std::string otherWord; // and in the other
};

// Two answers word by word. White space does not count as a difference, nor does
// letter case in Latin, Greek and Cyrillic.
AnswerDiff compareAnswers(std::string_view answer, std::string_view other);

// Where an answer goes its own way, and how decided it was there.
struct DecidingToken {
    int token = -1; // its place in Answer::tokens; -1: the answer has ended there
    std::string text; // empty for the end
    std::optional<double> logProbability; // of it; not set where the end was not reached
    // log p(this token) - log p(the other answer's token there), both under this
    // run. The trace holds the most probable tokens only: where the other's is not
    // among them, or is the end, what follows from them as the least it can be.
    std::optional<double> margin;
    bool marginIsBound = false;
};

struct AnswerComparison {
    AnswerDiff words;
    // Within the first word that differs the first token that does; not set where
    // no word differs.
    std::optional<DecidingToken> a;
    std::optional<DecidingToken> b;
};

AnswerComparison compareAnswers(const Answer &a, const Answer &b);

// One line of what differs. Text, a number, or nothing where a run has none.
struct ComparedValue {
    using Value = std::variant<std::monostate, double, std::string>;
    std::string key; // as in the JSON of a run: "budget", "visual_tokens", ...
    Value a;
    Value b;

    bool differs() const { return a != b; }
    std::optional<double> change() const; // b - a of two numbers
};

// Picture, question, model and method first, then tokens, costs, times and the
// answer's probability. Rows that neither run has are left out. A branch of QMoP
// that makes the tokens alone is called by its name ("prune"), however it was asked
// for; the fusion counts only where branches are fused by the router's weights.
std::vector<ComparedValue> compareRuns(const RunTrace &a, const RunTrace &b);

// Whether patch i of one run is patch i of the other.
enum class MapObstacle { None, OtherPicture, OtherGrid };
MapObstacle mapObstacle(const RunTrace &a, const RunTrace &b);

// b - a; not-a-number where either is. [N], empty where the sizes differ.
std::vector<float> mapDifference(std::span<const float> a, std::span<const float> b);
// Of those that are numbers; 0 where none is.
double largestMagnitude(std::span<const float> values);

struct KeptComparison {
    std::vector<int> both; // ascending
    std::vector<int> onlyA;
    std::vector<int> onlyB;
    double jaccard = 1; // shared over patches in either; two empty sets are alike
};

// Of the patches that each run kept or would keep (keptSet), without those that show only padding: no overlay draws
// them. nullopt where a run has no such set or the patches are not the same.
std::optional<KeptComparison> compareKept(const RunTrace &a, const RunTrace &b);

} // namespace qmop

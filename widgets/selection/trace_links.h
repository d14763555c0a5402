// SPDX-License-Identifier: GPL-3.0-or-later
//
// What concerns what in one run. Whatever a person points at stands for a set
// of patches; whatever else one of these patches went into lights up with it.
#pragma once

#include "qmop/run_trace.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace qmop {

// A visual token of one branch, or of the fused row that the decoder saw.
struct TokenRef {
    std::optional<Branch> branch; // nullopt: the decoder's visual tokens
    int token = -1; // -1: none

    bool operator==(const TokenRef &) const = default;
};

struct PatchTarget {
    int patch = -1;
    bool operator==(const PatchTarget &) const = default;
};

// Patches whose combined pruning score lies in [low, high); padding is left out.
struct ScoreRangeTarget {
    double low = 0;
    double high = 0;
    bool operator==(const ScoreRangeTarget &) const = default;
};

struct BranchTarget {
    Branch branch = Branch::Pool;
    bool operator==(const BranchTarget &) const = default;
};

// A decoded token of the answer, by its place.
struct AnswerTarget {
    int token = -1;
    bool operator==(const AnswerTarget &) const = default;
};

// A question as it was asked: of a run, of a suite.
struct QuestionTarget {
    std::string question;
    bool operator==(const QuestionTarget &) const = default;
};

using Target = std::variant<PatchTarget, TokenRef, ScoreRangeTarget, BranchTarget, AnswerTarget, QuestionTarget>;

// What lights up. Lists are ascending and hold each number once.
struct Highlight {
    std::vector<int> patches;
    PerBranch<std::vector<int>> tokens; // windows, queries, rows of pruning
    std::vector<int> visualTokens; // fused rows, where one was pointed at
    std::vector<Branch> branches;
    std::vector<int> answerTokens;
    std::vector<std::string> questions;

    bool empty() const;
    bool operator==(const Highlight &) const = default;
};

class TraceLinks {
public:
    TraceLinks() = default;
    explicit TraceLinks(std::shared_ptr<const RunTrace> trace);

    // Of all targets together. Targets that the run does not have are left out.
    Highlight of(const std::vector<Target> &targets) const;

    // The patches that a query or a fused token mostly looks at, or a token of the
    // answer mostly attended to (answerPatches): the smallest set
    // of highest shares that holds half of the row, at most N / 16 (at least one).
    const std::vector<int> &strongPatches(TokenRef token) const;
    const std::vector<int> &answerPatches(int answerToken) const;

private:
    void addPatchesOf(const Target &target, std::vector<std::uint8_t> &lit, Highlight &highlight) const;
    void addBranch(Branch branch, std::vector<std::uint8_t> &lit, Highlight &highlight) const;
    void addConcerned(const std::vector<std::uint8_t> &lit, Highlight &highlight) const;

    std::shared_ptr<const RunTrace> m_trace;
    PerBranch<std::vector<std::vector<int>>> m_patchesOf; // [tokens] of each branch
    PerBranch<bool> m_onMainPath{};
    std::vector<std::vector<int>> m_patchesOfFused; // [visual tokens]
    std::vector<std::vector<int>> m_patchesOfAnswer; // [answer tokens], where their attention was recorded
};

} // namespace qmop

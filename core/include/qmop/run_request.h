// SPDX-License-Identifier: GPL-3.0-or-later
//
// Everything that determines one run. A re-run is a new request.
#pragma once

#include "qmop/branch.h"
#include "qmop/overrides.h"
#include "qmop/precision.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

// A picture by path, or by its encoded bytes (clipboard, suite). When `bytes`
// is not empty it wins and `path` is only a name for messages.
struct ImageSource {
    std::filesystem::path path;
    std::vector<std::uint8_t> bytes;
};

struct DecodeConfig {
    int maxNewTokens = 16; // greedy decoding stops at end-of-sequence or here
    int topK = 5; // alternatives recorded per token
};

// How much the trace records beside the main path. It never changes the main
// path: logits are bit-identical at every level.
enum class TraceLevel : std::uint8_t {
    Answer, // answer, routing, costs, provenance of the visual tokens used
    Full, // also the branches that the router switched off, with their maps
};

// An answer whose probability is asked for. "The original answer" of a run is
// its greedy token ids, with end-of-sequence behind them if the run reached it.
struct ScoreTarget {
    std::string text; // UTF-8; tokenised where no ids are given
    std::vector<int> tokens; // ids; when not empty they win
    bool withEnd = true; // the end-of-sequence token behind it counts too

    bool operator==(const ScoreTarget &) const = default;
};

// Which dropped patch would have given another answer? Greedy: in every round
// each patch that pruning drops is forced in, one at a time, and the one that
// raises the target's log-probability most stays in.
struct PatchSearch {
    // Not set: the uncompressed answer, which the request then has to ask for.
    std::optional<ScoreTarget> target;
    int rounds = 3; // ends before where the answer is the target's, or no patch helps
};

// Which of the decoder's attention weights an answer's tokens are shown with.
struct AttentionChoice {
    int layer = -1; // from 0; negative ones count from the end: -1 is the last
    int head = -1; // -1: the mean over all heads

    bool operator==(const AttentionChoice &) const = default;
};

struct RunRequest {
    std::uint64_t id = 0; // chosen by the caller; events carry it back
    ImageSource image;
    std::string question; // UTF-8
    std::filesystem::path model; // checkpoint folder; empty = the engine's default
    std::string compressor = "qmop"; // "none", "qmop", "pool", "resample", "prune", "blind"
    int budget = 64; // M; ignored by "none" and "blind"
    FusionMode fusion = FusionMode::Top2;
    double fusionThreshold = 0.25; // theta, used by FusionMode::Threshold
    DecodeConfig decode;
    Precision precision = Precision::Automatic;
    TraceLevel trace = TraceLevel::Answer;
    // Also answer with all N tokens, for the comparison beside the answer. Both
    // answers read the same question: where it is cut to fit the decoder, it is cut
    // for N visual tokens, by more than a run without the comparison would. A notice
    // says so.
    bool withUncompressed = false;
    Overrides overrides;
    std::optional<ScoreTarget> score; // log-probability of this answer beside the run's own
    std::optional<PatchSearch> search;
    // Also record which visual tokens each token of the answer attended to. Read
    // beside decoding: the logits are bit-identical with and without.
    std::optional<AttentionChoice> answerAttention;
};

} // namespace qmop

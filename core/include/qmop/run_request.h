// SPDX-License-Identifier: GPL-3.0-or-later
//
// Everything that determines one run. A re-run is a new request.
#pragma once

#include "qmop/branch.h"

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
    TraceLevel trace = TraceLevel::Answer;
    // Also answer with all N tokens, for the comparison beside the answer. Both
    // answers read the same question: where it is cut to fit the decoder, it is cut
    // for N visual tokens, by more than a run without the comparison would. A notice
    // says so.
    bool withUncompressed = false;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The immutable record of one run: host memory only, shared by every panel as
// std::shared_ptr<const RunTrace>.
#pragma once

#include "qmop/branch.h"
#include "qmop/image_u8.h"
#include "qmop/patch_grid.h"
#include "qmop/provenance.h"
#include "qmop/run_request.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qmop {

struct TokenAlternative {
    int id = 0;
    std::string text;
    double probability = 0;
};

// One decoded token. `text` may be a partial UTF-8 sequence; Answer::text is whole.
struct DecodedToken {
    int id = 0;
    std::string text;
    double probability = 0;
    std::vector<TokenAlternative> alternatives; // topK, most probable first, includes this token if it ranks
};

struct Answer {
    std::string text;
    std::vector<DecodedToken> tokens; // without end-of-sequence
    double logProbability = 0; // sum over tokens and the end-of-sequence token where it was reached
    bool complete = false; // false: cut by maxNewTokens or by cancelling
    std::string logitsSha256; // of the float32 logits of every decoding step, in order
};

struct ScoredToken {
    int id = 0;
    std::string text; // empty for end-of-sequence
    double logProbability = 0;
};

// A given answer under the run's visual tokens: teacher forcing, token by token
// as in decoding, so that the run's own answer gets its own log-probability.
struct AnswerScore {
    std::string text;
    std::vector<ScoredToken> tokens; // with end-of-sequence last where it counts
    bool withEnd = true;
    bool textSuffices = true; // tokenising `text` gives these tokens
    double logProbability = 0; // sum over tokens
};

// Softmax weights of the decoder's attention (one layer; one head, or the mean of
// all) in the row whose logits chose each token of the answer, over the visual
// tokens. A row sums to 1 with what went to text tokens, which is left out.
struct AnswerAttention {
    int layer = 0; // from 0
    int layers = 0;
    int head = -1; // -1: the mean over the heads
    int heads = 0;
    int answerTokens = 0; // T, without end-of-sequence
    int visualTokens = 0; // M
    std::vector<float> weights; // [T, M]

    int tokens() const { return answerTokens; }
    std::span<const float> row(int token) const
    {
        return {weights.data() + std::size_t(token) * std::size_t(visualTokens), std::size_t(visualTokens)};
    }
};

// One round of a patch search: the patch that helped most.
struct SearchRound {
    int patch = -1;
    int replaced = -1; // the kept patch that it pushed out; -1: none
    double logProbability = 0; // of the target with all patches found so far
    double gain = 0; // against the round before
    std::string answer; // greedy, with all patches found so far
    bool reachesTarget = false; // that answer is the target, token by token
};

struct SearchTrace {
    AnswerScore target; // under the request's overrides, before any patch was forced in
    // Of the target with this one patch forced in, minus without: [N], raster
    // order; not-a-number where a patch was not tried (kept, padding, forced out,
    // or the search was stopped before).
    std::vector<float> gains;
    std::vector<SearchRound> rounds;
    int tried = 0; // forward passes so far, over all rounds
    bool complete = false; // false: stopped by the user
};

// Query Guided Router (equations 1 and 2).
struct RoutingTrace {
    PerBranch<float> logits{};
    PerBranch<float> alpha{}; // softmax(logits / temperature), before selection
    PerBranch<float> selected{}; // after selection and renormalisation; 0 where inactive
    PerBranch<bool> active{};
    float temperature = 1;
    bool forced = false; // a branch was forced: `selected` did not come from the router
    bool given = false; // the user's weights: `selected` did not come from the router
};

// Pruning scores (equations 3 and 4), one value per patch, raster order.
struct PruningTrace {
    std::vector<float> importance; // [N] class attention of the last layer, head mean, min-max scaled
    std::vector<float> relevance; // [N] patch-text cosine in the joint space, min-max scaled
    std::vector<float> combined; // [N] lambda * importance + (1 - lambda) * relevance
    std::vector<int> kept; // [M] patch indices, ascending
    float threshold = 0; // eta: the lowest combined score that was kept without force
    float lambda = 0.5f;
    int relevanceSign = 1; // -1: published CLIP pruners negate the similarity
};

struct BranchTrace {
    Branch branch = Branch::Pool;
    bool onMainPath = false; // false: computed for the trace only
    Provenance provenance; // [M, N]
};
// "load model", "warm up", "decode image", "vision", "text", "route", "branches", "project", "prefill", "decode",
// "trace"
struct StageTime {
    std::string stage; // beside these "uncompressed project", "uncompressed prefill", "uncompressed decode"
    double seconds = 0;
    bool cached = false; // taken from the stage cache; `seconds` is what finding it took
    double savedSeconds = 0; // what computing took, then, that this run took from the cache instead

    // What computing all of it takes, whether or not this run had to.
    double cost() const { return (cached ? 0 : seconds) + savedSeconds; }
};

// Costs of the visual tokens (section 6 of the paper's accounting) for one
// token count: by formula, and as measured.
struct Costs {
    int visualTokens = 0;
    int textTokens = 0;
    double prefillMacs = 0; // by formula, visual tokens only: T(4nd^2 + 2n^2d + 3ndm)
    double projectorMacs = 0; // by formula, of the branches that ran
    std::int64_t kvBytes = 0; // by formula: 2 T n d_kv bytes-per-value
    std::int64_t kvBytesMeasured = 0; // allocated for all tokens, visual and text
    // Sum of StageTime::cost() over the stages that lead to the first token: what the cache held counts as what it
    // took to compute, so that two runs, and both sides of one run, count the same. 0: not known.
    double timeToFirstTokenSeconds = 0;
    double tokensPerSecond = 0;
};

// What produced the numbers: shown beside them, needed to reproduce them.
struct RunEnvironment {
    std::string modelName;
    std::string modelHash; // SHA-256 over the checkpoint's files
    std::string device; // "cpu"
    std::string computeType; // "float32", "bfloat16"
    int threads = 0;
    std::string torchVersion;
    std::string appVersion;
};

struct RunTrace {
    RunRequest request; // with `image.bytes` dropped
    std::string imageName;
    std::string imageSha256; // of the encoded bytes
    std::shared_ptr<const ImageU8> image; // the user's picture, oriented
    PatchGrid grid;

    Answer answer;
    std::optional<Answer> uncompressed; // when the request asked for it, or compressor is "none"
    Costs costs;
    std::optional<Costs> uncompressedCosts;

    std::optional<AnswerScore> score; // of request.score
    std::optional<SearchTrace> search; // of request.search
    std::optional<AnswerAttention> attention; // of request.answerAttention

    std::optional<RoutingTrace> routing; // QMoP compressors only
    std::vector<BranchTrace> branches; // every branch that was computed
    std::optional<PruningTrace> pruning; // when the pruning branch was computed
    Provenance provenance; // [M, N] of the visual tokens the decoder saw

    // How unlike the pictures that the model was trained on this one looks to it: above 1 more so than 99 % of such
    // pictures (models/clip/picture_statistics.h); none where the model does not say.
    std::optional<double> pictureDistance;
    int visionPasses = 0; // 0 when the vision features came from the cache
    int branchesComputed = 0; // on the main path
    std::vector<StageTime> stages;
    std::vector<std::string> notices; // e.g. what was cut from the question for the router
    RunEnvironment environment;
};

} // namespace qmop

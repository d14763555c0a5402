// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small run with every branch, made from formulas that a test can repeat.
#pragma once

#include "qmop/run_trace.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace qmop::fixture {

struct TraceOptions {
    int width = 640;
    int height = 480;
    FitPolicy fit = FitPolicy::Crop;
    int modelSize = 128;
    int patchSize = 8;
    int stride = 2; // windows of stride x stride patches
    std::vector<int> kept = {}; // empty: the first M patches in raster order
    std::string question = "what does the sign say?";
    std::string answer = "fox";
    std::string uncompressed = "fox";
    std::string compressor = "qmop";
    bool attention = false; // of the answer's tokens: token t mostly to visual token t
    AttentionChoice attended = {3, -1}; // of 4 layers, 8 heads
};

inline std::shared_ptr<const ImageU8> makePicture(int width, int height)
{
    auto image = std::make_shared<ImageU8>();
    image->width = width;
    image->height = height;
    image->rgb.resize(image->pixelCount() * 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            std::uint8_t *pixel = image->at(x, y);
            pixel[0] = std::uint8_t(200 + x * 40 / width);
            pixel[1] = std::uint8_t(210 + y * 40 / height);
            pixel[2] = 190;
        }
    return image;
}

// Token m looks at patch 3m (mod N) with weight 1/2 and evenly at the others.
inline Provenance resamplerRows(int tokens, int patches)
{
    Provenance rows{tokens, patches, std::vector<float>(std::size_t(tokens) * patches)};
    for (int token = 0; token < tokens; ++token)
        for (int patch = 0; patch < patches; ++patch)
            rows.weights[std::size_t(token) * patches + patch]
                = patch == 3 * token % patches ? 0.5F : 0.5F / float(patches - 1);
    return rows;
}

// Within each window the weights grow in raster order: 1, 2, ... s*s over their sum.
inline Provenance poolingRows(int side, int stride)
{
    const int tokens = (side / stride) * (side / stride);
    Provenance rows{tokens, side * side, std::vector<float>(std::size_t(tokens) * side * side)};
    const float sum = float(stride * stride) * float(stride * stride + 1) / 2;
    for (int row = 0; row < side; ++row)
        for (int column = 0; column < side; ++column) {
            const int token = row / stride * (side / stride) + column / stride;
            const int inWindow = row % stride * stride + column % stride;
            rows.weights[std::size_t(token) * side * side + std::size_t(row * side + column)]
                = float(inWindow + 1) / sum;
        }
    return rows;
}

inline Provenance pruningRows(const std::vector<int> &kept, int patches)
{
    Provenance rows{int(kept.size()), patches, std::vector<float>(kept.size() * std::size_t(patches))};
    for (std::size_t token = 0; token < kept.size(); ++token)
        rows.weights[token * std::size_t(patches) + std::size_t(kept[token])] = 1;
    return rows;
}

inline Provenance mixed(const Provenance &a, float shareOfA, const Provenance &b)
{
    Provenance rows = a;
    for (std::size_t i = 0; i < rows.weights.size() && i < b.weights.size(); ++i)
        rows.weights[i] = shareOfA * a.weights[i] + (1 - shareOfA) * b.weights[i];
    return rows;
}

inline Answer makeAnswer(const std::string &text)
{
    Answer answer;
    answer.text = text;
    answer.complete = true;
    DecodedToken token;
    token.id = 42;
    token.text = text;
    token.probability = 0.97;
    token.alternatives = {{42, text, 0.97}, {43, "cat", 0.02}, {44, "dog", 0.01}};
    answer.tokens = {token};
    answer.logProbability = std::log(0.97);
    answer.logitsSha256 = std::string(64, 'a');
    return answer;
}

inline Costs makeCosts(int tokens, double seconds)
{
    Costs costs;
    costs.visualTokens = tokens;
    costs.textTokens = 9;
    costs.prefillMacs = tokens * 1e6;
    costs.projectorMacs = 3e6;
    costs.kvBytes = tokens * 4096;
    costs.kvBytesMeasured = (tokens + 9) * 4096;
    costs.timeToFirstTokenSeconds = seconds;
    costs.tokensPerSecond = 120;
    return costs;
}

// 0 ... 1 over the patches, highest first, so that the default kept set is the top M.
inline PruningTrace makePruning(std::vector<int> kept, int patches)
{
    PruningTrace pruning;
    for (int patch = 0; patch < patches; ++patch) {
        const float score = 1 - float(patch) / float(patches - 1);
        pruning.importance.push_back(score);
        pruning.relevance.push_back(score * score);
        pruning.combined.push_back(0.5F * score + 0.5F * score * score);
    }
    pruning.threshold = 1;
    for (int patch : kept)
        pruning.threshold = std::min(pruning.threshold, pruning.combined[std::size_t(patch)]);
    pruning.kept = std::move(kept);
    return pruning;
}

// As "cls-prune" leaves it: no branches and no scores, each token is a patch.
inline void pruneByClassAttention(RunTrace &trace, const std::vector<int> &kept)
{
    trace.request.compressor = "cls-prune";
    trace.provenance = pruningRows(kept, trace.grid.patchCount());
    trace.routing.reset();
    trace.pruning.reset();
    trace.branches.clear();
    trace.branchesComputed = 0;
}

// As of a run whose answer came through the other branches: pruning was computed beside.
inline void pruneBeside(RunTrace &trace)
{
    trace.routing->active[Branch::Prune] = false;
    for (BranchTrace &branch : trace.branches)
        branch.onMainPath = branch.branch != Branch::Prune;
}

// alpha = .21, .04, .75 for pooling, resampler, pruning; top-2 keeps P and K. The
// compressor "cls-prune" has no such weights.
inline std::shared_ptr<RunTrace> makeTrace(TraceOptions options = {})
{
    auto trace = std::make_shared<RunTrace>();
    const int side = options.modelSize / options.patchSize;
    const int patches = side * side;
    const int tokens = (side / options.stride) * (side / options.stride);
    if (options.kept.empty()) {
        options.kept.resize(std::size_t(tokens));
        std::iota(options.kept.begin(), options.kept.end(), 0);
    }
    trace->request.question = options.question;
    trace->request.compressor = options.compressor;
    trace->request.budget = tokens;
    trace->imageName = "sample.png";
    trace->imageSha256 = std::string(64, 'b');
    trace->image = makePicture(options.width, options.height);
    trace->grid = makePatchGrid(options.width, options.height, options.modelSize, options.patchSize, options.fit);
    trace->answer = makeAnswer(options.answer);
    trace->uncompressed = makeAnswer(options.uncompressed);
    trace->costs = makeCosts(tokens, 0.020);
    trace->uncompressedCosts = makeCosts(patches, 0.080);
    RoutingTrace routing;
    routing.alpha.values = {0.21F, 0.04F, 0.75F};
    for (Branch branch : allBranches)
        routing.logits[branch] = std::log(routing.alpha[branch]) / 2;
    routing.selected.values = {0.21F / 0.96F, 0, 0.75F / 0.96F};
    routing.active.values = {true, false, true};
    routing.temperature = 0.5F;
    trace->routing = routing;
    const Provenance pool = poolingRows(side, options.stride);
    const Provenance prune = pruningRows(options.kept, patches);
    trace->branches = {{Branch::Pool, true, pool},
                       {Branch::Resample, false, resamplerRows(tokens, patches)},
                       {Branch::Prune, true, prune}};
    trace->pruning = makePruning(options.kept, patches);
    trace->provenance = int(options.kept.size()) == tokens ? mixed(pool, 0.21F / 0.96F, prune) : pool;
    if (options.attention) {
        const int words = int(trace->answer.tokens.size());
        trace->request.answerAttention = AttentionChoice{};
        trace->attention = AnswerAttention{options.attended.layer, 4, options.attended.head, 8, words, tokens, {}};
        for (int word = 0; word < words; ++word)
            for (int token = 0; token < tokens; ++token)
                trace->attention->weights.push_back(token == word ? 0.5F : 0.25F / float(tokens - 1));
    }
    trace->visionPasses = 1;
    trace->branchesComputed = 2;
    trace->stages = {{"vision", 0.012, false}, {"prefill", 0.004, false}, {"decode", 0.006, false}};
    if (options.compressor == "cls-prune")
        pruneByClassAttention(*trace, options.kept);
    trace->environment.modelName = "scenes-tiny";
    trace->environment.device = "cpu";
    trace->environment.computeType = "float32";
    return trace;
}

} // namespace qmop::fixture

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every field of two traces compared, so that a field that is not stored is found.
#pragma once

#include "qmop/run_trace.h"

#include <cmath>
#include <string>

namespace qmop::fixture {

// A struct, so that every overload sees the others.
struct Same {

    static bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

    static bool same(const TokenAlternative &a, const TokenAlternative &b)
    {
        return a.id == b.id && a.text == b.text && same(a.probability, b.probability);
    }

    template<typename T> static bool same(const std::vector<T> &a, const std::vector<T> &b)
    {
        if (a.size() != b.size())
            return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (!same(a[i], b[i]))
                return false;
        return true;
    }

    static bool same(const DecodedToken &a, const DecodedToken &b)
    {
        return a.id == b.id && a.text == b.text && same(a.probability, b.probability)
            && same(a.alternatives, b.alternatives);
    }

    static bool same(const Answer &a, const Answer &b)
    {
        return a.text == b.text && same(a.tokens, b.tokens) && same(a.logProbability, b.logProbability)
            && a.complete == b.complete && a.logitsSha256 == b.logitsSha256;
    }

    static bool same(const RoutingTrace &a, const RoutingTrace &b)
    {
        return a.logits == b.logits && a.alpha == b.alpha && a.selected == b.selected && a.active == b.active
            && a.temperature == b.temperature && a.forced == b.forced && a.given == b.given;
    }

    static bool same(const PruningTrace &a, const PruningTrace &b)
    {
        return a.importance == b.importance && a.relevance == b.relevance && a.combined == b.combined
            && a.kept == b.kept && a.threshold == b.threshold && a.lambda == b.lambda
            && a.relevanceSign == b.relevanceSign;
    }

    static bool same(const Provenance &a, const Provenance &b)
    {
        return a.tokens == b.tokens && a.patches == b.patches && a.weights == b.weights;
    }

    static bool same(const BranchTrace &a, const BranchTrace &b)
    {
        return a.branch == b.branch && a.onMainPath == b.onMainPath && same(a.provenance, b.provenance);
    }

    static bool same(const StageTime &a, const StageTime &b)
    {
        return a.stage == b.stage && same(a.seconds, b.seconds) && a.cached == b.cached
            && same(a.savedSeconds, b.savedSeconds);
    }

    static bool same(const Costs &a, const Costs &b)
    {
        return a.visualTokens == b.visualTokens && a.textTokens == b.textTokens && same(a.prefillMacs, b.prefillMacs)
            && same(a.projectorMacs, b.projectorMacs) && a.kvBytes == b.kvBytes
            && a.kvBytesMeasured == b.kvBytesMeasured && same(a.timeToFirstTokenSeconds, b.timeToFirstTokenSeconds)
            && same(a.tokensPerSecond, b.tokensPerSecond);
    }

    template<typename T> static bool same(const std::optional<T> &a, const std::optional<T> &b)
    {
        return a.has_value() == b.has_value() && (!a || same(*a, *b));
    }

    static bool same(const PatchGrid &a, const PatchGrid &b)
    {
        const ImageFromModel &m = a.imageFromModel;
        const ImageFromModel &n = b.imageFromModel;
        return a.imageWidth == b.imageWidth && a.imageHeight == b.imageHeight && a.modelSize == b.modelSize
            && a.patchSize == b.patchSize && a.rows == b.rows && a.columns == b.columns && a.fit == b.fit
            && m.scaleX == n.scaleX && m.scaleY == n.scaleY && m.offsetX == n.offsetX && m.offsetY == n.offsetY
            && a.isPadding == b.isPadding;
    }

    static bool same(const RunRequest &a, const RunRequest &b)
    {
        return a.image.path == b.image.path && a.question == b.question && a.model == b.model
            && a.compressor == b.compressor && a.budget == b.budget && a.fusion == b.fusion
            && a.fusionThreshold == b.fusionThreshold && a.decode.maxNewTokens == b.decode.maxNewTokens
            && a.decode.topK == b.decode.topK && a.precision == b.precision && a.trace == b.trace
            && a.withUncompressed == b.withUncompressed && a.overrides == b.overrides
            && a.answerAttention == b.answerAttention && a.score == b.score
            && a.search.has_value() == b.search.has_value()
            && (!a.search || (a.search->target == b.search->target && a.search->rounds == b.search->rounds));
    }

    static bool same(const ScoredToken &a, const ScoredToken &b)
    {
        return a.id == b.id && a.text == b.text && same(a.logProbability, b.logProbability);
    }

    static bool same(const AnswerScore &a, const AnswerScore &b)
    {
        return a.text == b.text && same(a.tokens, b.tokens) && a.withEnd == b.withEnd
            && a.textSuffices == b.textSuffices && same(a.logProbability, b.logProbability);
    }

    static bool same(const SearchRound &a, const SearchRound &b)
    {
        return a.patch == b.patch && a.replaced == b.replaced && same(a.logProbability, b.logProbability)
            && same(a.gain, b.gain) && a.answer == b.answer && a.reachesTarget == b.reachesTarget;
    }

    static bool same(const SearchTrace &a, const SearchTrace &b)
    {
        return same(a.target, b.target) && same(a.gains, b.gains) && same(a.rounds, b.rounds) && a.tried == b.tried
            && a.complete == b.complete;
    }

    static bool same(const AnswerAttention &a, const AnswerAttention &b)
    {
        return a.layer == b.layer && a.layers == b.layers && a.head == b.head && a.heads == b.heads
            && a.answerTokens == b.answerTokens && a.visualTokens == b.visualTokens && a.weights == b.weights;
    }

    static bool same(const RunEnvironment &a, const RunEnvironment &b)
    {
        return a.modelName == b.modelName && a.modelHash == b.modelHash && a.device == b.device
            && a.computeType == b.computeType && a.threads == b.threads && a.torchVersion == b.torchVersion
            && a.appVersion == b.appVersion;
    }
};

// The first part that differs, or empty. The picture's pixels and the request's
// id are not stored.
inline std::string firstDifference(const RunTrace &a, const RunTrace &b)
{
    if (!Same::same(a.request, b.request))
        return "request";
    if (a.imageName != b.imageName || a.imageSha256 != b.imageSha256)
        return "picture";
    if (!Same::same(a.grid, b.grid))
        return "grid";
    if (!Same::same(a.answer, b.answer) || !Same::same(a.uncompressed, b.uncompressed))
        return "answer";
    if (!Same::same(a.costs, b.costs) || !Same::same(a.uncompressedCosts, b.uncompressedCosts))
        return "costs";
    if (!Same::same(a.score, b.score) || !Same::same(a.search, b.search))
        return "score";
    if (!Same::same(a.attention, b.attention))
        return "attention";
    if (!Same::same(a.routing, b.routing))
        return "routing";
    if (!Same::same(a.branches, b.branches))
        return "branches";
    if (!Same::same(a.pruning, b.pruning))
        return "pruning";
    if (!Same::same(a.provenance, b.provenance))
        return "provenance";
    if (a.visionPasses != b.visionPasses || a.pictureDistance != b.pictureDistance
        || a.branchesComputed != b.branchesComputed || !Same::same(a.stages, b.stages))
        return "stages";
    if (a.notices != b.notices || !Same::same(a.environment, b.environment))
        return "environment";
    return {};
}

} // namespace qmop::fixture

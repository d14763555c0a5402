// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/comparison.h"

#include "qmop/method_text.h"
#include "qmop/padding_patch.h"
#include "qmop/took_part.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace qmop {
namespace {

using Value = ComparedValue::Value;

Value number(double value)
{
    return value;
}

// A rate or time of 0 was not measured.
Value measured(double value)
{
    return value > 0 ? Value(value) : Value();
}

Value text(const std::string &words)
{
    return words.empty() ? Value() : Value(words);
}

// What a given answer, the same in both, has under each: an edit's score.
const AnswerScore *sharedScore(const RunTrace &a, const RunTrace &b)
{
    const auto ids = [](const AnswerScore &score) {
        std::vector<int> all;
        for (const ScoredToken &token : score.tokens)
            all.push_back(token.id);
        return all;
    };
    const bool both = a.score && b.score && a.environment.modelHash == b.environment.modelHash
        && a.score->withEnd == b.score->withEnd && ids(*a.score) == ids(*b.score);
    return both ? &*a.score : nullptr;
}

// A forced branch and the compressor of its name are the same method.
std::string methodOf(const RunRequest &request)
{
    const std::optional<Branch> &forced = request.overrides.force;
    return request.compressor == "qmop" && forced ? std::string(branchKey(*forced)) : request.compressor;
}

bool selectsByRouter(const RunRequest &request)
{
    return request.compressor == "qmop" && !request.overrides.force && !request.overrides.alpha;
}

// Beside the compressor, which says what was forced.
ShownMethod shownBeside(const RunRequest &request)
{
    Overrides others = request.overrides;
    others.force.reset();
    return shownMethod(methodOf(request), request.budget, overridesText(others));
}

bool near(double a, double b)
{
    return std::abs(a - b) <= 1e-6;
}

} // namespace

std::optional<double> ComparedValue::change() const
{
    const double *before = std::get_if<double>(&a);
    const double *after = std::get_if<double>(&b);
    return before && after ? std::optional(*after - *before) : std::nullopt;
}

std::vector<ComparedValue> compareRuns(const RunTrace &a, const RunTrace &b)
{
    std::vector<ComparedValue> rows;
    const auto add = [&](const char *key, auto value) { rows.push_back({key, value(a), value(b)}); };
    // Two pictures of one name differ.
    const bool otherPicture = a.imageSha256 != b.imageSha256 && a.imageName == b.imageName;
    add("picture", [&](const RunTrace &run) {
        return text(otherPicture ? run.imageName + " (" + run.imageSha256.substr(0, 8) + ")" : run.imageName);
    });
    add("question", [](const RunTrace &run) { return text(run.request.question); });
    const bool otherModel
        = a.environment.modelHash != b.environment.modelHash && a.environment.modelName == b.environment.modelName;
    add("model", [&](const RunTrace &run) {
        const RunEnvironment &environment = run.environment;
        return text(otherModel ? environment.modelName + " (" + environment.modelHash.substr(0, 8) + ")"
                               : environment.modelName);
    });
    add("compressor", [](const RunTrace &run) { return text(methodOf(run.request)); });
    add("budget", [](const RunTrace &run) {
        const int budget = shownBeside(run.request).budget;
        return budget > 0 ? number(budget) : Value();
    });
    add("fusion", [](const RunTrace &run) {
        return selectsByRouter(run.request) ? text(std::string(fusionKey(run.request.fusion))) : Value();
    });
    add("fusion_threshold", [](const RunTrace &run) {
        return selectsByRouter(run.request) && run.request.fusion == FusionMode::Threshold
            ? number(run.request.fusionThreshold)
            : Value();
    });
    add("changes", [](const RunTrace &run) { return text(shownBeside(run.request).changes); });
    add("answer", [](const RunTrace &run) { return text(run.answer.text); });
    add("answer_probability", [](const RunTrace &run) { return number(std::exp(run.answer.logProbability)); });
    add("answer_log_probability", [](const RunTrace &run) { return number(run.answer.logProbability); });
    if (sharedScore(a, b))
        add("score_log_probability", [](const RunTrace &run) { return number(run.score->logProbability); });
    add("visual_tokens", [](const RunTrace &run) { return number(run.costs.visualTokens); });
    add("text_tokens", [](const RunTrace &run) { return number(run.costs.textTokens); });
    add("prefill_macs", [](const RunTrace &run) { return number(run.costs.prefillMacs); });
    add("projector_macs", [](const RunTrace &run) { return number(run.costs.projectorMacs); });
    add("kv_bytes", [](const RunTrace &run) { return number(double(run.costs.kvBytes)); });
    add("kv_bytes_measured", [](const RunTrace &run) { return measured(double(run.costs.kvBytesMeasured)); });
    add("time_to_first_token", [](const RunTrace &run) { return measured(run.costs.timeToFirstTokenSeconds); });
    add("tokens_per_second", [](const RunTrace &run) { return measured(run.costs.tokensPerSecond); });
    std::erase_if(rows, [](const ComparedValue &row) { return row.a == Value() && row.b == Value(); });
    return rows;
}

MapObstacle mapObstacle(const RunTrace &a, const RunTrace &b)
{
    if (a.imageSha256 != b.imageSha256)
        return MapObstacle::OtherPicture;
    const PatchGrid &one = a.grid;
    const PatchGrid &other = b.grid;
    if (one.rows != other.rows || one.columns != other.columns || one.imageWidth != other.imageWidth
        || one.imageHeight != other.imageHeight)
        return MapObstacle::OtherGrid;
    for (int patch : {0, one.patchCount() - 1}) {
        const RectF box = one.patchInImage(patch);
        const RectF otherBox = other.patchInImage(patch);
        if (!near(box.x, otherBox.x) || !near(box.y, otherBox.y) || !near(box.right(), otherBox.right())
            || !near(box.bottom(), otherBox.bottom()))
            return MapObstacle::OtherGrid;
    }
    return MapObstacle::None;
}

std::vector<float> mapDifference(std::span<const float> a, std::span<const float> b)
{
    std::vector<float> difference;
    if (a.size() == b.size())
        std::ranges::transform(b, a, std::back_inserter(difference), std::minus<float>());
    return difference;
}

double largestMagnitude(std::span<const float> values)
{
    double largest = 0;
    for (float value : values)
        if (!std::isnan(value))
            largest = std::max(largest, std::abs(double(value)));
    return largest;
}

std::optional<KeptComparison> compareKept(const RunTrace &a, const RunTrace &b)
{
    const auto shown = [](const RunTrace &run) {
        std::optional<KeptSet> set = keptSet(run);
        if (set)
            std::erase_if(set->patches, [&](int patch) { return isPaddingPatch(run.grid, std::size_t(patch)); });
        return set;
    };
    const std::optional<KeptSet> setA = shown(a), setB = shown(b);
    if (!setA || !setB || mapObstacle(a, b) != MapObstacle::None)
        return std::nullopt;
    const std::vector<int> &inA = setA->patches, &inB = setB->patches;
    KeptComparison kept;
    std::ranges::set_intersection(inA, inB, std::back_inserter(kept.both));
    std::ranges::set_difference(inA, inB, std::back_inserter(kept.onlyA));
    std::ranges::set_difference(inB, inA, std::back_inserter(kept.onlyB));
    const std::size_t either = kept.both.size() + kept.onlyA.size() + kept.onlyB.size();
    if (either > 0)
        kept.jaccard = double(kept.both.size()) / double(either);
    return kept;
}

} // namespace qmop

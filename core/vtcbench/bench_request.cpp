// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/bench_request.h"

#include "qmop/took_part.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

std::optional<double> keptShare(const RunTrace &trace)
{
    if (trace.request.compressor == "none")
        return 1;
    const std::optional<KeptSet> set = keptSet(trace);
    if (!set || !set->tookPart)
        return std::nullopt;
    const auto isPicture
        = [&](std::size_t patch) { return patch >= trace.grid.isPadding.size() || !trace.grid.isPadding[patch]; };
    int all = 0;
    for (std::size_t patch = 0; patch < std::size_t(trace.grid.patchCount()); ++patch)
        all += isPicture(patch);
    const auto kept = std::ranges::count_if(set->patches, [&](int patch) { return isPicture(std::size_t(patch)); });
    return all > 0 ? std::optional(double(kept) / all) : std::nullopt;
}

std::optional<double> smallestMargin(const Answer &answer)
{
    std::optional<double> margin;
    for (const DecodedToken &token : answer.tokens) {
        // Greedy: the token itself is the most probable one.
        double runnerUp = 0;
        for (const TokenAlternative &other : token.alternatives)
            if (other.id != token.id)
                runnerUp = std::max(runnerUp, other.probability);
        margin = std::min(margin.value_or(1), token.probability - runnerUp);
    }
    return margin;
}

}

RunRequest benchRequest(RunRequest base, const std::filesystem::path &folder, const SuiteSample &sample,
                        const BenchPoint &point)
{
    base.image = {folder / sample.image, {}};
    base.question = sample.question;
    base.compressor = point.compressor;
    if (point.budget > 0)
        base.budget = point.budget;
    base.decode.topK = 2; // the runner-up, for the margin
    return base;
}

SampleResult sampleResult(const RunTrace &trace)
{
    SampleResult result;
    result.answer = trace.answer.text;
    result.modelHash = trace.environment.modelHash;
    result.imageHash = trace.imageSha256;
    result.probability = std::exp(trace.answer.logProbability);
    result.margin = smallestMargin(trace.answer);
    result.keptShare = keptShare(trace);
    double seconds = 0;
    for (const StageTime &stage : trace.stages)
        seconds += stage.seconds;
    result.seconds = seconds;
    result.firstTokenSeconds = trace.costs.timeToFirstTokenSeconds;
    if (!trace.routing)
        return result;
    result.active = trace.routing->active;
    result.selected = trace.routing->selected;
    if (!trace.routing->forced) { // a forced branch says nothing about the router
        result.alpha = trace.routing->alpha;
        result.entropy = entropyOf(trace.routing->alpha);
    }
    return result;
}

double entropyOf(const PerBranch<float> &alpha)
{
    double entropy = 0;
    for (float weight : alpha.values)
        if (weight > 0)
            entropy -= double(weight) * std::log(double(weight));
    return entropy;
}

} // namespace qmop

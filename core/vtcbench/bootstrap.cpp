// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/bootstrap.h"

#include "qmop/split_mix.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace qmop {

namespace {

double resampledMean(std::span<const double> scores, SplitMix64 &random)
{
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        sum += scores[std::size_t(random.below(scores.size()))];
    return sum / double(scores.size());
}

// Linear between the neighbours, as numpy.quantile does.
double quantile(const std::vector<double> &sorted, double share)
{
    const double position = share * double(sorted.size() - 1);
    const std::size_t below = std::size_t(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (position - double(below));
}

template<typename Draw> Interval interval(const BootstrapOptions &options, Draw draw)
{
    SplitMix64 random(options.seed);
    std::vector<double> values(std::size_t(std::max(options.resamples, 1)));
    for (double &value : values)
        value = draw(random);
    std::sort(values.begin(), values.end());
    return {quantile(values, 0.025), quantile(values, 0.975)};
}

}

Interval bootstrapMean(std::span<const double> scores, const BootstrapOptions &options)
{
    if (scores.empty())
        return {};
    return interval(options, [scores](SplitMix64 &random) { return resampledMean(scores, random); });
}

Interval bootstrapPairedDifference(std::span<const double> a, std::span<const double> b,
                                   const BootstrapOptions &options)
{
    assert(a.size() == b.size());
    std::vector<double> differences(a.size());
    std::transform(b.begin(), b.end(), a.begin(), differences.begin(), std::minus<>());
    return bootstrapMean(differences, options);
}

Interval bootstrapUnpairedDifference(std::span<const double> a, std::span<const double> b,
                                     const BootstrapOptions &options)
{
    if (a.empty() || b.empty())
        return {};
    return interval(options, [a, b](SplitMix64 &random) {
        const double meanA = resampledMean(a, random);
        return resampledMean(b, random) - meanA;
    });
}

} // namespace qmop

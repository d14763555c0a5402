// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/bootstrap.h"

#include "qmop/split_mix.h"

#include <algorithm>
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

}

Interval bootstrapMean(std::span<const double> scores, const BootstrapOptions &options)
{
    if (scores.empty())
        return {};
    SplitMix64 random(options.seed);
    std::vector<double> means(std::size_t(std::max(options.resamples, 1)));
    for (double &mean : means)
        mean = resampledMean(scores, random);
    std::sort(means.begin(), means.end());
    return {quantile(means, 0.025), quantile(means, 0.975)};
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/score.h"

#include <numeric>
#include <stdexcept>
#include <vector>

namespace qmop {

namespace {

ScoreValue summarise(const std::vector<double> &scores, const BootstrapOptions &options)
{
    ScoreValue value;
    value.samples = int(scores.size());
    if (scores.empty())
        return value;
    const Interval interval = bootstrapMean(scores, options);
    value.percent = 100 * std::accumulate(scores.begin(), scores.end(), 0.0) / double(scores.size());
    value.low = 100 * interval.low;
    value.high = 100 * interval.high;
    return value;
}

void checkCount(const Suite &suite, std::size_t count)
{
    if (count != suite.samples.size())
        throw std::invalid_argument("one score per sample of the suite is needed");
}

}

SuiteScore summariseScores(const Suite &suite, std::span<const double> scores, const BootstrapOptions &options)
{
    checkCount(suite, scores.size());
    SuiteScore result;
    for (Dimension dimension : allDimensions) {
        std::vector<double> part;
        for (std::size_t i = 0; i < scores.size(); ++i)
            if (suite.samples[i].dimension == dimension)
                part.push_back(scores[i]);
        result.dimensions[std::size_t(dimension)] = summarise(part, options);
    }
    result.average = summarise({scores.begin(), scores.end()}, options);
    return result;
}

SuiteScore compareScores(const Suite &suite, std::span<const double> a, std::span<const double> b,
                         const BootstrapOptions &options)
{
    checkCount(suite, a.size());
    checkCount(suite, b.size());
    std::vector<double> differences(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        differences[i] = b[i] - a[i];
    return summariseScores(suite, differences, options);
}

} // namespace qmop

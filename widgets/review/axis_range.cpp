// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/axis_range.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

constexpr double room = 0.04; // at each end, of the values' span
constexpr double mostSteps = 4.5; // from end to end
constexpr double nearlyWhole = 1e-9; // 0.3 / 0.1 is not 3

struct Step {
    double size = 0;
    int decimals = 0;
};

// The smallest round step of which no more than `mostSteps` fit.
Step roundStep(double span)
{
    const double least = span / mostSteps;
    const int power = int(std::floor(std::log10(least)));
    const double unit = std::pow(10.0, power);
    for (double factor : {1.0, 2.0, 2.5, 5.0})
        if (factor * unit >= least)
            return {factor * unit, std::max(0, factor == 2.5 ? 1 - power : -power)};
    return {10 * unit, std::max(0, -power - 1)};
}

}

AxisRange axisRange(const std::vector<double> &values, double highest, double lowest)
{
    AxisRange axis;
    if (!values.empty()) {
        const auto [low, high] = std::ranges::minmax(values);
        // Values that differ by rounding alone are one value.
        const double scale = std::max({1.0, high, -low});
        const double around = high - low > 1e-6 * scale ? room * (high - low) : 0.05 * scale;
        axis.low = low - around;
        axis.high = high + around;
    }
    const Step step = roundStep(axis.high - axis.low);
    axis.decimals = step.decimals;
    const double from = std::max(lowest, axis.low), to = std::min(highest, axis.high);
    const double first = std::ceil(from / step.size - nearlyWhole), last = std::floor(to / step.size + nearlyWhole);
    for (double multiple = first; multiple <= last; ++multiple)
        axis.ticks.push_back(multiple * step.size + 0.0); // never -0
    return axis;
}

} // namespace qmop

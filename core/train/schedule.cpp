// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qmop::train {

double stageFraction(std::int64_t step, std::int64_t steps)
{
    if (steps <= 1)
        return 1.0;
    return std::clamp(double(step) / double(steps - 1), 0.0, 1.0);
}

double cosineFactor(std::int64_t step, std::int64_t steps, std::int64_t warmup, double floor)
{
    const double rise = warmup > 0 ? std::min(1.0, double(step + 1) / double(warmup)) : 1.0;
    const double fraction = stageFraction(step, steps);
    return rise * (0.5 * (1.0 - floor) * (1.0 + std::cos(std::numbers::pi * fraction)) + floor);
}

double trapezoidFactor(std::int64_t step, std::int64_t steps, std::int64_t warmup, std::int64_t decay, double floor)
{
    const double rise = warmup > 0 ? std::min(1.0, double(step + 1) / double(warmup)) : 1.0;
    const double left = decay > 0 ? std::clamp(double(steps - 1 - step) / double(decay), 0.0, 1.0) : 1.0;
    return rise * (floor + (1.0 - floor) * left);
}

double exponentialDecay(double from, double to, double fraction)
{
    return from * std::pow(to / from, fraction);
}

double linearDecay(double from, double to, double fraction)
{
    return from + (to - from) * fraction;
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Percentile bootstrap (Efron 1979) of mean scores: 95 % intervals that are the
// same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <span>

namespace qmop {

struct BootstrapOptions {
    int resamples = 2000;
    std::uint64_t seed = 20260322;
};

struct Interval {
    double low = 0;
    double high = 0;
};

// Of the mean of `scores`; {0, 0} where there are none.
Interval bootstrapMean(std::span<const double> scores, const BootstrapOptions &options = {});

} // namespace qmop

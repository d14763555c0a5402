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

// Of mean(b) - mean(a) for scores of the same samples in the same order: each
// resample draws samples, so what both find hard cancels out.
Interval bootstrapPairedDifference(std::span<const double> a, std::span<const double> b,
                                   const BootstrapOptions &options = {});

// Of mean(b) - mean(a) for scores of different samples.
Interval bootstrapUnpairedDifference(std::span<const double> a, std::span<const double> b,
                                     const BootstrapOptions &options = {});

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random numbers of training as a pure function of (seed, stage, step): no
// state to save, so a resumed run draws what an uninterrupted one would have.
#pragma once

#include "qmop/split_mix.h"

namespace qmop::train {

// A hash of one number: what SplitMix64 begun there gives first.
constexpr std::uint64_t mix64(std::uint64_t x)
{
    return SplitMix64(x).next();
}

// SplitMix64 begun at a hash of three numbers.
class StepRandom {
public:
    StepRandom(std::uint64_t seed, std::uint64_t stream, std::uint64_t step)
        : m_random(mix64(mix64(mix64(seed) ^ stream) ^ step))
    {
    }

    std::uint64_t next() { return m_random.next(); }

    // 0 ... n - 1; n > 0.
    int below(int n) { return int(m_random.below(std::uint64_t(n))); }

    // Strictly between 0 and 1.
    double unit() { return (double(next() >> 11) + 0.5) * 0x1.0p-53; }

private:
    SplitMix64 m_random;
};

} // namespace qmop::train

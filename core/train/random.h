// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random numbers of training as a pure function of (seed, stage, step): no
// state to save, so a resumed run draws what an uninterrupted one would have.
#pragma once

#include <cstdint>

namespace qmop::train {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): a bijection that scatters
// neighbouring numbers.
constexpr std::uint64_t mix64(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

// SplitMix64 begun at a hash of three numbers.
class StepRandom {
public:
    StepRandom(std::uint64_t seed, std::uint64_t stream, std::uint64_t step)
        : m_state(mix64(mix64(mix64(seed) ^ stream) ^ step))
    {
    }

    std::uint64_t next()
    {
        const std::uint64_t value = mix64(m_state);
        m_state += 0x9e3779b97f4a7c15ULL;
        return value;
    }

    // 0 ... n - 1; n > 0. The bias of the multiplication is below 2^-32 n.
    int below(int n) { return int(((next() >> 32) * std::uint64_t(n)) >> 32); }

    // Strictly between 0 and 1.
    double unit() { return (double(next() >> 11) + 0.5) * 0x1.0p-53; }

private:
    std::uint64_t m_state;
};

} // namespace qmop::train

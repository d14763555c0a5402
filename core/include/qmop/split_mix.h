// SPDX-License-Identifier: GPL-3.0-or-later
//
// SplitMix64 (Steele, Lea, Flood 2014): random integers that are the same with
// every standard library, which the std:: distributions are not.
#pragma once

#include <cstdint>

namespace qmop {

inline constexpr std::uint64_t splitMixStep = 0x9e3779b97f4a7c15ULL;

// The finaliser: a bijection that scatters neighbouring numbers; 0 stays 0.
constexpr std::uint64_t scatterBits(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

class SplitMix64 {
public:
    explicit constexpr SplitMix64(std::uint64_t seed)
        : m_state(seed)
    {
    }

    constexpr std::uint64_t next() { return scatterBits(m_state += splitMixStep); }

    // 0 ... count - 1; 0 < count < 2^32. The bias of the multiplication is below 2^-32 count.
    constexpr std::uint64_t below(std::uint64_t count) { return ((next() >> 32) * count) >> 32; }

private:
    std::uint64_t m_state;
};

} // namespace qmop

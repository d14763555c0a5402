// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random integers that are the same with every standard library (the
// std:: distributions are not). SplitMix64: Steele, Lea, Flood 2014.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace qmop::scenes {

constexpr std::uint64_t mix(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed)
    {
    }

    std::uint64_t next() { return mix(m_state += 0x9e3779b97f4a7c15ull); }
    // 0 ... count - 1; count > 0, below 2^31.
    int below(int count) { return int(((next() >> 32) * std::uint64_t(count)) >> 32); }
    // low ... high, both included.
    int between(int low, int high) { return low + below(high - low + 1); }
    bool chance(int percent) { return below(100) < percent; }
    bool coin() { return (next() >> 63) != 0; }

    template<typename T> const T &pick(const std::vector<T> &values)
    {
        return values[std::size_t(below(int(values.size())))];
    }

    template<typename T, std::size_t N> const T &pick(const std::array<T, N> &values)
    {
        return values[std::size_t(below(int(N)))];
    }

    template<typename T> void shuffle(std::vector<T> &values)
    {
        for (int i = int(values.size()) - 1; i > 0; --i)
            std::swap(values[std::size_t(i)], values[std::size_t(below(i + 1))]);
    }

private:
    std::uint64_t m_state;
};

} // namespace qmop::scenes

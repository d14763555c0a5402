// SPDX-License-Identifier: GPL-3.0-or-later
//
// What drawing scenes asks of chance: the same on every machine for one seed.
#pragma once

#include "qmop/split_mix.h"

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace qmop::scenes {

class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_random(seed)
    {
    }

    std::uint64_t next() { return m_random.next(); }
    // 0 ... count - 1; count > 0.
    int below(int count) { return int(m_random.below(std::uint64_t(count))); }
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
    SplitMix64 m_random;
};

} // namespace qmop::scenes

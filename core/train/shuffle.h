// SPDX-License-Identifier: GPL-3.0-or-later
//
// A shuffled order without a table: a bijection of 0 ... n - 1 that is a pure function of its key, so
// that a run may stop and go on anywhere in data of any size.
#pragma once

#include "core/train/random.h"

#include <cstdint>

namespace qmop::train {

// Four rounds of a Feistel network over the smallest square power of two that holds n, walked on until
// it falls below n (at most a few steps on average). 0 <= index < n, n < 2^62.
constexpr std::uint64_t shuffled(std::uint64_t index, std::uint64_t n, std::uint64_t key)
{
    int half = 1;
    while (half < 31 && (std::uint64_t(1) << (2 * half)) < n)
        ++half;
    const std::uint64_t mask = (std::uint64_t(1) << half) - 1;
    do {
        std::uint64_t left = index >> half, right = index & mask;
        for (std::uint64_t round = 0; round < 4; ++round) {
            const std::uint64_t next = left ^ (mix64(right ^ mix64(key + round)) & mask);
            left = right;
            right = next;
        }
        index = left << half | right;
    } while (index >= n);
    return index;
}

} // namespace qmop::train

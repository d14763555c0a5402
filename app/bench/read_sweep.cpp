// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/read_sweep.h"

#include <ATen/Parallel.h>

#include <atomic>
#include <numeric>

namespace qmop::bench {

ReadSweep::ReadSweep(std::size_t bytes)
    : m_words(bytes / sizeof(std::uint64_t), 1)
{
}

std::uint64_t ReadSweep::run() const
{
    std::atomic<std::uint64_t> total = 0;
    at::parallel_for(0, std::int64_t(m_words.size()), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        total += std::accumulate(m_words.begin() + begin, m_words.begin() + end, std::uint64_t(0));
    });
    return total;
}

} // namespace qmop::bench

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads a block of memory once, on all threads: what one decoded token cannot
// beat, since it reads every weight once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qmop::bench {

class ReadSweep {
public:
    explicit ReadSweep(std::size_t bytes);

    // Sum of the block's words, so that the reads cannot be left out.
    std::uint64_t run() const;

private:
    std::vector<std::uint64_t> m_words;
};

} // namespace qmop::bench

// SPDX-License-Identifier: GPL-3.0-or-later
//
// A stored run: its document, a zero byte, its numbers. What is accepted must be
// safe to draw from: sizes fit, indices lie in the grid, numbers are finite.
#include "core/store/trace_record.h"
#include "qmop/error.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace {

bool fits(const qmop::Provenance &rows, int patches)
{
    return rows.weights.size() == std::size_t(rows.tokens) * std::size_t(rows.patches)
        && (rows.tokens == 0 || rows.patches == patches)
        && std::all_of(rows.weights.begin(), rows.weights.end(), [](float weight) { return std::isfinite(weight); });
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::uint8_t *zero = std::find(data, data + size, 0);
    const std::uint8_t *numbers = std::min(zero + 1, data + size);
    try {
        const qmop::RunTrace trace = qmop::readRecord({{data, zero}, {numbers, data + size}}, "fuzz");
        const int patches = trace.grid.patchCount();
        if (!fits(trace.provenance, patches))
            std::abort();
        for (const qmop::BranchTrace &branch : trace.branches)
            if (!fits(branch.provenance, patches))
                std::abort();
        if (trace.pruning
            && (int(trace.pruning->combined.size()) != patches
                || std::any_of(trace.pruning->kept.begin(), trace.pruning->kept.end(),
                               [&](int patch) { return patch < 0 || patch >= patches; })))
            std::abort();
        qmop::writeRecord(trace);
    } catch (const qmop::Error &) {
    }
    return 0;
}

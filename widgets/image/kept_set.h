// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a run kept (keptSet), as flags, numbers and words: the same in the window,
// in figures and in reports.
#pragma once

#include "qmop/run_trace.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace qmop {

// [N] 1 = kept, 0 = dropped; empty where the run chose no patches.
std::vector<std::uint8_t> keptPatches(const RunTrace &trace);

// The answer came through them: else they would be kept.
bool wereKept(const RunTrace &trace);

// Of one patch, of several, and of the set: "kept" or "dropped", "would be kept" or
// "would be dropped" where no answer came through the set.
QString keptWord(bool kept, bool wereKept);

// What a legend says of a kept set [N].
struct KeptCounts {
    int kept = 0; // with those that show only padding
    int dropped = 0; // without these
    int padding = 0; // patches that show only padding
    int keptPadding = 0; // of them, kept
    bool wereKept = true; // false: no answer came through these patches

    // "kept 64", "dropped 192", with padding "padding 96, of which kept 32"; else
    // "would keep 64", ...
    QStringList texts() const;
};
KeptCounts countKept(const std::vector<std::uint8_t> &kept, const PatchGrid &grid, bool wereKept);

// Which patches `kept` of them are: "the 64 patches of highest combined score", as
// the overrides have it "1 patch put in by hand (+) and the 15 others of highest
// combined score, 2 taken out by hand (×)". `lowest`: score that was kept without
// force; it is η itself where none was given.
QString keptRule(std::size_t kept, const Overrides &overrides, std::optional<double> lowest = std::nullopt);

// What a person did to the set, to be marked on it: class attention heeds no hand.
struct ForcedPatches {
    std::vector<int> in;
    std::vector<int> out;
};
ForcedPatches forcedPatches(const RunTrace &trace);

// Where the kept patches come from: the trust strip; empty where the run chose none.
QString keptSource(const RunTrace &trace);

} // namespace qmop

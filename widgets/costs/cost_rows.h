// SPDX-License-Identifier: GPL-3.0-or-later
//
// The cost table as values: what each row is, whether it was measured, and the
// compressed run beside all N tokens.
#pragma once

#include "qmop/run_trace.h"

#include <QString>

#include <optional>
#include <vector>

namespace qmop {

struct CostRow {
    QString quantity; // "Prefill, visual tokens"
    QString how; // "by formula", "counted", "measured"
    QString full; // all N tokens; "–" where the run did not compute it
    QString now; // this run
    QString ratio; // now / full, e.g. "0.11 ×"; empty without both
    QString explanation;
    QString unit; // of the numbers: "MACs", "B", "s", "tokens/s", or empty for a count
    std::optional<double> fullNumber;
    std::optional<double> nowNumber;
    std::optional<Branch> branch; // of a row that speaks of one branch
};

// Costs of the whole run, then what each computed branch makes of the patches: of
// how many patches how many tokens; "off" where it did not enter the answer.
std::vector<CostRow> costRows(const RunTrace &trace);

// "1.23 GMACs": multiply–accumulates, not FLOPs.
QString formatMacs(double macs);
// bytesText(): "302.0 MB".
QString formatBytes(double bytes);
// "12.3 ms", "1.20 s".
QString formatSeconds(double seconds);

} // namespace qmop

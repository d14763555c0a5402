// SPDX-License-Identifier: GPL-3.0-or-later
//
// A run as it is stored: text for what a person may want to look up with any
// tool, bytes for the rest.
#pragma once

#include "core/store/float_block.h"
#include "qmop/run_trace.h"

#include <string>

namespace qmop {

struct TraceRecord {
    std::string document; // JSON, runRecordJson()
    // Little endian: the count of arrays, their lengths, each uint32; then all of
    // them as one packFloats() block. In this order: importance, relevance and
    // combined scores where the run has them, provenance of the visual tokens,
    // provenance of each branch, attention of the answer's tokens where the run has it.
    Bytes numbers;
};

TraceRecord writeRecord(const RunTrace &trace);

// The trace again, bit by bit, but without its picture. What a program may rely
// on is checked, since the file may come from anybody: sizes fit each other,
// indices lie in the grid, numbers are finite. Fields that this version does not
// know are left out. Throws Error{InvalidSession} beginning with `name`.
RunTrace readRecord(const TraceRecord &record, const std::string &name);

// The same run without the folders of somebody's disk: picture and model keep
// their names alone. For files that are handed on.
TraceRecord withoutPaths(const TraceRecord &record, const std::string &name);

} // namespace qmop

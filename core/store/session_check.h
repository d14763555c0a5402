// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one rule for damaged sessions: what is whole is handed out, what is not is
// named. Window, reports, `--first-light` and `qmop run --session` all read through it.
#pragma once

#include "core/store/run_tables.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace qmop {

// Of the window, by key: "session" (its uid), "question", "layout", ... Bytes as
// the window gave them.
using SessionState = std::map<std::string, Bytes>;

// How many runs a session has, among its state: on one of the file's first pages, which
// is left of a file that was cut.
inline constexpr const char *runCountKey = "runs";

struct SessionDamage {
    std::size_t wholeRuns = 0;
    std::vector<RunHeadline> runs; // listed in the file, and not whole
    std::size_t lostRuns = 0; // of which nothing is left but their number
    bool mayBeMore = false; // that number is lost as well
    std::size_t strangeRuns = 0; // rows that are none
    std::size_t timeless = 0; // whole runs whose entry in the list is lost: when they were is not known
    std::vector<RunHeadline> edits; // whole runs whose notes and tags are lost
    std::size_t sweeps = 0;
    std::vector<std::string> pictures; // names
    bool window = false; // how it looked
    bool elsewhere = false; // the file is damaged where nothing of this lies

    // Nothing that a person asked for or wrote is missing.
    bool isComplete() const;
    // One line behind the file's name: which runs, what else. Empty where all is well.
    std::string text() const;
};

struct CheckedSession {
    SessionState state;
    std::vector<RunHeadline> runs; // whole, oldest first
    std::vector<StoredSweep> sweeps; // whole, oldest first
    std::set<std::string> damagedPictures; // SHA-256
    SessionDamage damage;
};

// Reads all of it once, pictures too. A run is whole where its sum is the one stored
// with it, or, in an older file without sums, where it can be read (trace_record.h).
// `newer`: saved by a newer version, whose sums may be of more.
CheckedSession checkSession(const Database &database, bool newer);

} // namespace qmop

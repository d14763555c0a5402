// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a file must be before it is read, what a run is before it is stored, and
// which processes still live.
#pragma once

#include "core/store/run_tables.h"
#include "qmop/run_trace.h"

#include <string>

namespace qmop {

enum class Format {
    MayBeEmpty, // a file that is being made
    Whole,
};

// Throws Error{InvalidArgument} unless the database is one of ours and every
// table in it is a plain one: no view, trigger or virtual table of somebody else
// stands where a table is expected.
void requireFormat(const Database &database, Format format);

// What a list shows of a run, but for when it was and in which session: of its trace.
RunHeadline headlineOf(const RunTrace &trace);

StoredRun storedRun(const RunTrace &trace, const std::string &session);

// By its path, made absolute; by its bytes where it has no file (clipboard).
PictureRecord pictureRecord(const RunTrace &trace, const ImageSource &source);

// Names this process for as long as the machine is up: "boot id:pid:start time".
// Elsewhere than on Linux every process looks gone.
std::string processIdentity();
bool isAlive(const std::string &processIdentity);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tables that journal, session and replay pack share: one reader, one writer.
#pragma once

#include "core/store/database.h"
#include "core/store/trace_record.h"
#include "qmop/image_u8.h"
#include "qmop/run_headline.h"
#include "qmop/stored_sweep.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

// Where a run's picture is to be found again.
struct PictureRecord {
    std::string sha256; // of the encoded bytes
    std::string name; // for people: "market.png"
    // In the journal absolute. In a session or pack relative to the file, below
    // its folder, or empty.
    std::filesystem::path path;
    Bytes bytes; // the encoded picture; empty where the path must do
    ImageU8 thumbnail; // at most 128 pixels on its longer edge, may be empty
};

// A run with all that is kept of it.
struct StoredRun {
    RunHeadline headline;
    TraceRecord record;
};

// Schema 2; 1 had no sweeps. `application` is SQLite's application_id, "QMoP" in ASCII.
inline constexpr int schemaVersion = 2;
inline constexpr std::int64_t applicationId = 0x514D6F50;

class RunTables {
public:
    explicit RunTables(const Database &database)
        : m_database(database)
    {
    }

    void create() const;

    // Writers run inside the caller's transaction. A run or picture that is there
    // already is left as it is.
    void addRun(const StoredRun &run) const;
    void addPicture(const PictureRecord &picture) const;
    void setEdits(const std::string &uid, const RunEdits &edits) const;

    struct Headlines {
        std::vector<RunHeadline> runs; // oldest first
        bool damaged = false; // some may be missing
        std::size_t strange = 0; // rows that make no sense: left out
        std::string problem; // one line where it is either; empty otherwise
    };
    // Reads from both ends and then row by row between them, so that what lies before,
    // between and behind damaged places is found.
    Headlines headlines() const;

    // Of every record that can be found, in the order they were written.
    std::vector<std::string> recordedUids() const;

    // A sweep that grows is written anew with each row.
    void setSweep(const StoredSweep &sweep) const;
    struct Sweeps {
        std::vector<StoredSweep> sweeps; // oldest first
        bool damaged = false; // some may be missing
        std::size_t strange = 0; // cannot be read: left out
    };
    // Of one session; of all where it is empty. None in a file of schema 1.
    Sweeps sweeps(const std::string &session) const;

    std::optional<RunEdits> edits(const std::string &uid) const;
    // Throw Error{InvalidSession} for what is damaged; false where it is not there.
    bool readRecord(const std::string &uid, TraceRecord &record) const;
    bool readPicture(const std::string &sha256, PictureRecord &picture) const;
    // All but the encoded bytes, by hash.
    std::vector<PictureRecord> pictures() const;

private:
    const Database &m_database;
};

// 32 random hexadecimal digits.
std::string newUid();

// Milliseconds since 1970, UTC.
std::int64_t nowMilliseconds();

} // namespace qmop

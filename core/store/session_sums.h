// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sums of what a session holds, as they are written beside it: SQLite has none of
// its own, and a letter that changed on a disk would be shown as what a model said.
#pragma once

#include "core/store/run_tables.h"

#include <cstdint>
#include <map>
#include <string>

namespace qmop {

// CRC-32 (zlib's) of each item, found again by its kind and key.
class SessionSums {
public:
    enum class Verdict {
        Whole,
        Changed,
        Unknown, // there is no sum: an older file
    };

    // Of what these tables hold now; `state` by key.
    static SessionSums of(const Database &database, const std::map<std::string, Bytes> &state);
    // As stored with them; none in an older file. What can be read of a damaged one:
    // isWhole() is false then.
    static SessionSums storedIn(const Database &database);
    // Makes the table for them. Throws as Database does.
    static void create(const Database &database);
    // Writes them, in place of those that are there; inside the caller's transaction.
    void store(const Database &database) const;

    bool isWhole() const { return m_whole; }
    bool isEmpty() const { return m_sums.empty(); }

    Verdict headline(const RunHeadline &headline) const;
    Verdict record(const std::string &uid, const TraceRecord &record) const;
    Verdict edits(const RunHeadline &headline) const; // none where it has a sum: Changed
    Verdict sweep(const StoredSweep &sweep) const;
    Verdict picture(const PictureRecord &picture) const;
    Verdict state(const std::string &key, const Bytes &value) const;

    std::size_t runs() const { return count("run "); }
    std::size_t sweeps() const { return count("sweep "); }
    std::size_t states() const { return count("state "); }
    bool hasRun(const std::string &uid) const { return m_sums.contains("run " + uid); }
    bool hasPicture(const std::string &sha256) const { return m_sums.contains("picture " + sha256); }

private:
    std::size_t count(const std::string &kind) const;
    Verdict verdict(const std::string &item, std::uint32_t sum) const;

    std::map<std::string, std::uint32_t> m_sums;
    bool m_whole = true;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every run of this person, written down before it is shown. What is in it
// survives the program being killed at any moment (SQLite's write-ahead log,
// synchronous=FULL: also the machine losing power).
#pragma once

#include "core/store/run_tables.h"
#include "qmop/run_trace.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

// A window that ended without closing.
struct CrashReport {
    std::int64_t startedAt = 0; // milliseconds since 1970, UTC
    int runs = 0; // that it had finished: all of them are in the journal
    std::string session;
    std::filesystem::path sessionFile; // empty: the session was never saved
    bool sessionChanged = false; // since it was last saved
    bool runUnderWay = false; // with the question and picture below
    std::string question;
    std::string picture; // its name
};

// May be used from any thread, and by several programs at once.
class RunJournal {
public:
    // Makes the file and its folder. A journal that is damaged is set aside under
    // another name, what can be read of it is taken over, and notices() says so.
    // One of a newer version, or in a folder without rights, is read only, and
    // append() throws. Throws Error{OutputFailed} where there is neither.
    explicit RunJournal(std::filesystem::path file);

    const std::filesystem::path &file() const { return m_file; }
    bool isReadOnly() const { return m_readOnly; }
    // One line each: what was lost or cannot be done.
    const std::vector<std::string> &notices() const { return m_notices; }

    // Returns when the run is safe. Throws Error{OutputFailed} on a full disk and
    // the like; the journal stays as it was and may be used further.
    RunHeadline append(const RunTrace &trace, const PictureRecord &picture, const std::string &session);

    // Oldest first.
    std::vector<RunHeadline> headlines() const;
    std::vector<PictureRecord> pictures() const; // without encoded bytes
    // Null where the journal does not have it; Error{InvalidSession} where it is
    // damaged. Without the picture's pixels.
    std::shared_ptr<const RunTrace> trace(const std::string &uid) const;
    std::optional<TraceRecord> record(const std::string &uid) const;
    std::optional<PictureRecord> picture(const std::string &sha256) const;

    // Of runs in the journal or of runs in a session file that is open.
    void setEdits(const std::string &uid, const RunEdits &edits);
    std::optional<RunEdits> edits(const std::string &uid) const;

    // Returns when the sweep would outlive this program.
    void keepSweep(const StoredSweep &sweep);
    std::vector<StoredSweep> sweeps(const std::string &session) const;

    // Says that a window of this process is open, and what became of windows whose
    // process is gone. Each of those is reported once.
    std::vector<CrashReport> openWindow(const std::string &session);
    // The window works on another session now, or has saved it.
    void setSession(const std::string &session, const std::filesystem::path &file);
    // A run has begun: told after a crash. Its end takes that back, as append() does.
    void runBegins(const std::string &question, const std::string &picture);
    void runEnds();
    void closeWindow();

private:
    void open();
    void setAside(const std::string &why);
    void salvage(const std::filesystem::path &damaged);
    void requireWritable() const;

    std::filesystem::path m_file;
    mutable std::mutex m_mutex; // guards the database
    std::unique_ptr<Database> m_database;
    bool m_readOnly = false;
    std::vector<std::string> m_notices;
    std::int64_t m_window = 0; // row of this window, 0: none
};

} // namespace qmop

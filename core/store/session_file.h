// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs in one file. A session (.qmops) is for going on with: it names pictures
// below its own folder by their relative path and holds the others. A replay pack
// (.qmopz) is for handing on: it holds every picture, and nothing else is needed
// to look at its runs, neither weights nor engine.
//
// Both are SQLite databases with the journal's tables. An archive of files (zip,
// tar) would bring names that point elsewhere, links, the same name twice and
// sizes that lie; here a run is a row with a key, a picture has no name to be
// written under, and one reader serves journal, session and pack. SQLite's format
// is documented and kept stable (https://sqlite.org/fileformat.html).
#pragma once

#include "core/store/session_check.h"
#include "qmop/atomic_file.h"
#include "qmop/run_trace.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qmop {

enum class SessionKind { Session, Pack };

// The file is the old one until commit(), and the new one after it: a full disk,
// or a program that is killed, leaves the old one.
class SessionWriter {
public:
    enum class Begin {
        Anew,
        WithItsRuns, // and all else that is in the file now; its kind must be `kind`
    };

    // Throws Error{OutputFailed} naming the file.
    SessionWriter(const std::filesystem::path &file, SessionKind kind, Begin begin = Begin::Anew);
    ~SessionWriter();

    void addRun(const StoredRun &run);
    // With its absolute path, its bytes, or both. A session keeps the bytes where
    // the path does not lie below its folder. False where the bytes are needed and
    // neither given nor found with the right hash: the thumbnail is kept.
    bool addPicture(const PictureRecord &picture);
    void addSweep(const StoredSweep &sweep);
    void setState(const SessionState &state);
    void commit();

private:
    const SessionKind m_kind;
    const std::filesystem::path m_folder; // canonical
    AtomicFile m_file;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Transaction> m_transaction;
};

// Opens as far as it can: what is whole is there, and problems() names what is not.
class SessionReader {
public:
    // Throws Error{InvalidSession} for what is missing or of which no run is whole,
    // Error{InvalidArgument} for what is no session at all, with one line.
    explicit SessionReader(const std::filesystem::path &file);
    // The bytes of a file; relative paths lead nowhere.
    SessionReader(std::span<const std::uint8_t> bytes, const std::string &name);

    SessionKind kind() const { return m_kind; }
    bool isNewer() const { return m_newer; } // saved by a newer version of this program
    const std::filesystem::path &file() const { return m_file; }
    const std::vector<RunHeadline> &headlines() const { return m_found.runs; } // whole, oldest first
    const std::vector<StoredSweep> &sweeps() const { return m_found.sweeps; } // whole, oldest first
    // One line each: a newer version, what is damaged.
    const std::vector<std::string> &problems() const { return m_problems; }
    // False where runs, notes, sweeps or pictures are missing, or may be since the file is of a
    // newer version: a program that was asked for them ends with exitCode(ErrorCode::InvalidSession).
    bool isComplete() const { return !m_newer && m_found.damage.isComplete(); }
    // What to do about problems(), as an error's hint; empty where it is complete.
    std::string hint() const;
    const SessionState &state() const { return m_found.state; }
    // Null, nothing where it is not among headlines(). Throw Error{InvalidSession} for a
    // record that was written wrongly.
    std::shared_ptr<const RunTrace> trace(const std::string &uid) const;
    std::optional<TraceRecord> record(const std::string &uid) const;
    // Its path is absolute, or empty where the file's path leads outside its folder
    // (upwards, absolute, or through a link): such a path is never followed. Of a damaged
    // one what is left, its name and perhaps its thumbnail.
    std::optional<PictureRecord> picture(const std::string &sha256) const;
    // Why there is neither a file nor bytes of a picture; empty where there are, and of a
    // damaged one, which problems() name.
    std::string pictureObstacle(const std::string &sha256) const;
    std::vector<PictureRecord> pictures() const; // without encoded bytes and paths

private:
    void read(bool damaged);
    void readWhatIsLeft();
    bool readBehindFirstPage();
    bool isListed(const std::string &uid) const;

    std::filesystem::path m_file;
    std::unique_ptr<Database> m_database;
    SessionKind m_kind = SessionKind::Session;
    bool m_newer = false;
    CheckedSession m_found;
    std::vector<std::string> m_problems;
};

// What to do about a session that is not complete, as an error's hint.
inline constexpr const char *damagedSessionHint = "take the file from a backup; what is whole of it is used";
inline constexpr const char *newerSessionHint = "open it with the version that saved it";

// `relative` below `folder`, or empty where it is absolute, goes upwards, or ends
// outside through a link. The file itself need not exist.
std::filesystem::path pathBelow(const std::filesystem::path &folder, const std::filesystem::path &relative);

} // namespace qmop

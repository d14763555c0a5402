// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_tables.h"

#include "core/store/stored_tags.h"
#include "core/store/sweep_json.h"
#include "qmop/error.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace qmop {

namespace {

constexpr int maxThumbnail = 128;

// Traces lie apart from runs, and pictures' bytes behind all else of a row: a
// list of thousands reads few pages.
constexpr const char *schema = R"(
CREATE TABLE IF NOT EXISTS runs(
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, finished_at INTEGER NOT NULL, session TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, compressor TEXT NOT NULL, budget INTEGER NOT NULL,
    changes TEXT NOT NULL, model TEXT NOT NULL, picture TEXT NOT NULL, picture_sha256 TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS traces(
    uid TEXT PRIMARY KEY, document TEXT NOT NULL, numbers BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS pictures(
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, thumbnail_width INTEGER NOT NULL,
    thumbnail_height INTEGER NOT NULL, thumbnail BLOB NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS edits(
    uid TEXT PRIMARY KEY, note TEXT NOT NULL, tags TEXT NOT NULL, pinned INTEGER NOT NULL,
    changed_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sweeps(
    uid TEXT PRIMARY KEY, session TEXT NOT NULL, started_at INTEGER NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sweeps_of_session ON sweeps(session);
)";

constexpr const char *headlineColumns = "SELECT id, uid, finished_at, session, question, answer, compressor, budget, "
                                        "model, picture, picture_sha256, changes FROM runs NOT INDEXED";
constexpr std::int64_t mostProbed = 4096; // rows between two damaged places

bool isHex(const std::string &text, std::size_t digits)
{
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

RunHeadline headlineOf(const Statement &row)
{
    RunHeadline run;
    run.uid = row.text(1);
    run.finishedAt = row.integer(2);
    run.session = row.text(3);
    run.question = row.text(4);
    run.answer = row.text(5);
    run.compressor = row.text(6);
    run.budget = int(std::clamp<std::int64_t>(row.integer(7), 0, 1 << 20));
    run.modelName = row.text(8);
    run.pictureName = row.text(9);
    run.pictureSha256 = row.text(10);
    run.changes = row.text(11);
    return run;
}

PictureRecord pictureOf(const Statement &row, bool withBytes, const std::string &name)
{
    PictureRecord picture;
    picture.sha256 = row.text(0);
    picture.name = row.text(1);
    picture.path = row.text(2);
    const std::int64_t width = row.integer(3);
    const std::int64_t height = row.integer(4);
    if (width > 0 && height > 0 && width <= maxThumbnail && height <= maxThumbnail) {
        try {
            picture.thumbnail
                = {int(width), int(height), inflated(row.bytes(5), std::size_t(width * height * 3), name)};
        } catch (const Error &) {
            // A list without a small picture serves as well.
        }
    }
    if (withBytes)
        picture.bytes = row.bytes(6);
    return picture;
}

}

void RunTables::create() const
{
    m_database.execute(schema);
    m_database.execute(("PRAGMA application_id=" + std::to_string(applicationId)
                        + "; PRAGMA user_version=" + std::to_string(schemaVersion))
                           .c_str());
}

void RunTables::addRun(const StoredRun &run) const
{
    const RunHeadline &headline = run.headline;
    Statement insert(m_database,
                     "INSERT OR IGNORE INTO runs(uid, finished_at, session, question, answer, compressor, "
                     "budget, model, picture, picture_sha256, changes) VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    insert.bind(1, headline.uid).bind(2, headline.finishedAt).bind(3, headline.session).bind(4, headline.question);
    insert.bind(5, headline.answer).bind(6, headline.compressor).bind(7, std::int64_t(headline.budget));
    insert.bind(8, headline.modelName).bind(9, headline.pictureName).bind(10, headline.pictureSha256);
    insert.bind(11, headline.changes).run();
    Statement trace(m_database, "INSERT OR IGNORE INTO traces(uid, document, numbers) VALUES(?,?,?)");
    trace.bind(1, headline.uid).bind(2, run.record.document).bind(3, run.record.numbers).run();
}

void RunTables::addPicture(const PictureRecord &picture) const
{
    Statement insert(m_database,
                     "INSERT INTO pictures(sha256, name, path, thumbnail_width, thumbnail_height, "
                     "thumbnail, bytes) VALUES(?,?,?,?,?,?,?) ON CONFLICT(sha256) DO UPDATE SET "
                     "path = CASE WHEN excluded.path = '' THEN path ELSE excluded.path END, "
                     "bytes = CASE WHEN length(excluded.bytes) = 0 THEN bytes ELSE excluded.bytes END");
    insert.bind(1, picture.sha256).bind(2, picture.name).bind(3, picture.path.string());
    insert.bind(4, std::int64_t(picture.thumbnail.width)).bind(5, std::int64_t(picture.thumbnail.height));
    insert.bind(6, deflated(picture.thumbnail.rgb)).bind(7, picture.bytes).run();
}

void RunTables::setEdits(const std::string &uid, const RunEdits &edits) const
{
    Statement insert(m_database, "INSERT OR REPLACE INTO edits(uid, note, tags, pinned, changed_at) VALUES(?,?,?,?,?)");
    insert.bind(1, uid).bind(2, edits.note).bind(3, storedTags(edits.tags));
    insert.bind(4, std::int64_t(edits.pinned)).bind(5, nowMilliseconds()).run();
}

std::optional<RunEdits> RunTables::edits(const std::string &uid) const
{
    Statement row(m_database, "SELECT note, tags, pinned FROM edits WHERE uid = ?");
    row.bind(1, uid);
    if (!row.step())
        return std::nullopt;
    return RunEdits{row.text(0), tagsStored(row.text(1)), row.integer(2) != 0};
}

namespace {

// All rows that can be reached: from both ends, and one by one between damaged places.
// `select`: without order, the row's number first. Why some may be missing; empty where
// the table is whole.
std::string readAround(const Database &database, const std::string &select,
                       const std::function<void(const Statement &)> &take)
{
    std::set<std::int64_t> seen;
    std::string problem;
    // Whether it came to the end, or to what was read before.
    const auto read = [&](const std::string &which) {
        try {
            Statement rows(database, select + which);
            while (rows.step() && seen.insert(rows.integer(0)).second)
                take(rows);
            return true;
        } catch (const Error &error) {
            problem = error.what();
            return false;
        }
    };
    if (read(" ORDER BY rowid ASC"))
        return {};
    const std::int64_t low = seen.empty() ? 0 : *seen.rbegin();
    read(" ORDER BY rowid DESC");
    const auto next = seen.upper_bound(low);
    const std::int64_t high = next == seen.end() ? low + mostProbed : std::min(*next, low + mostProbed);
    for (std::int64_t row = low + 1; row < high; ++row)
        read(" WHERE rowid = " + std::to_string(row));
    return problem;
}

}

RunTables::Headlines RunTables::headlines() const
{
    Headlines found;
    std::map<std::int64_t, RunHeadline> runs; // by row
    std::set<std::string> uids; // a foreign file may have one twice
    found.problem = readAround(m_database, headlineColumns, [&](const Statement &row) {
        if (isHex(row.text(1), 32) && uids.insert(row.text(1)).second)
            runs[row.integer(0)] = headlineOf(row);
        else
            ++found.strange;
    });
    found.damaged = !found.problem.empty();
    for (auto &[row, run] : runs)
        found.runs.push_back(std::move(run));
    try {
        std::map<std::string, RunEdits> edits;
        Statement row(m_database, "SELECT uid, note, tags, pinned FROM edits");
        while (row.step())
            edits[row.text(0)] = {row.text(1), tagsStored(row.text(2)), row.integer(3) != 0};
        for (RunHeadline &run : found.runs)
            if (const auto edit = edits.find(run.uid); edit != edits.end())
                run.edits = edit->second;
    } catch (const Error &error) {
        found.problem = error.what();
        found.damaged = true;
    }
    if (found.problem.empty() && found.strange > 0)
        found.problem
            = m_database.name() + ": " + std::to_string(found.strange) + " entries are no runs and are left out";
    return found;
}

std::vector<std::string> RunTables::recordedUids() const
{
    std::map<std::int64_t, std::string> uids; // by row
    readAround(m_database, "SELECT rowid, uid FROM traces NOT INDEXED", [&](const Statement &row) {
        if (isHex(row.text(1), 32))
            uids[row.integer(0)] = row.text(1);
    });
    std::vector<std::string> inOrder;
    for (auto &[row, uid] : uids)
        inOrder.push_back(std::move(uid));
    return inOrder;
}

void RunTables::setSweep(const StoredSweep &sweep) const
{
    Statement insert(m_database, "INSERT OR REPLACE INTO sweeps(uid, session, started_at, document) VALUES(?,?,?,?)");
    insert.bind(1, sweep.uid).bind(2, sweep.session).bind(3, sweep.startedAt);
    insert.bind(4, writeSweepDocument(sweep)).run();
}

RunTables::Sweeps RunTables::sweeps(const std::string &session) const
{
    Sweeps found;
    if (m_database.integerOf("SELECT count(*) FROM sqlite_schema WHERE name = 'sweeps'") == 0)
        return found;
    const auto take = [&](const Statement &row) {
        if (!session.empty() && row.text(2) != session)
            return;
        try {
            StoredSweep sweep = readSweepDocument(row.text(4), m_database.name());
            sweep.uid = row.text(1);
            sweep.session = row.text(2);
            sweep.startedAt = row.integer(3);
            if (!isHex(sweep.uid, 32))
                throw Error(ErrorCode::InvalidSession, "no sweep");
            found.sweeps.push_back(std::move(sweep));
        } catch (const Error &) {
            ++found.strange;
        }
    };
    found.damaged
        = !readAround(m_database, "SELECT rowid, uid, session, started_at, document FROM sweeps NOT INDEXED", take)
               .empty();
    std::ranges::sort(found.sweeps, [](const StoredSweep &a, const StoredSweep &b) {
        return std::tie(a.startedAt, a.uid) < std::tie(b.startedAt, b.uid);
    });
    return found;
}

namespace {

// The index may be damaged, and lead nowhere or to another row, where the row is whole.
template<typename Read>
bool readByKey(const Database &database, const std::string &columns, const std::string &table, const std::string &key,
               const std::string &value, Read read)
{
    const auto attempt = [&](const std::string &how, const std::string &order) {
        Statement row(database,
                      "SELECT " + columns + ", " + key + " FROM " + table + how + " WHERE " + key + " = ?" + order);
        row.bind(1, value);
        if (!row.step() || row.text(row.columns() - 1) != value)
            return false;
        read(row);
        return true;
    };
    try {
        return attempt("", "") || attempt(" NOT INDEXED", "");
    } catch (const Error &) {
        try {
            return attempt(" NOT INDEXED", " ORDER BY rowid");
        } catch (const Error &) {
            return attempt(" NOT INDEXED", " ORDER BY rowid DESC"); // from the other side of the damage
        }
    }
}

}

bool RunTables::readRecord(const std::string &uid, TraceRecord &record) const
{
    return readByKey(m_database, "document, numbers", "traces", "uid", uid, [&](const Statement &row) {
        record = {row.text(0), row.bytes(1)};
    });
}

bool RunTables::readPicture(const std::string &sha256, PictureRecord &picture) const
{
    return readByKey(m_database, "sha256, name, path, thumbnail_width, thumbnail_height, thumbnail, bytes", "pictures",
                     "sha256", sha256,
                     [&](const Statement &row) { picture = pictureOf(row, true, m_database.name()); });
}

std::vector<PictureRecord> RunTables::pictures() const
{
    std::vector<PictureRecord> all;
    Statement row(m_database, "SELECT sha256, name, path, thumbnail_width, thumbnail_height, thumbnail FROM pictures");
    while (row.step())
        all.push_back(pictureOf(row, false, m_database.name()));
    return all;
}

std::string newUid()
{
    std::random_device source;
    std::string uid;
    static constexpr char digits[] = "0123456789abcdef";
    for (int word = 0; word < 4; ++word)
        for (std::uint32_t bits = source(), i = 0; i < 8; ++i, bits >>= 4)
            uid += digits[bits & 15];
    return uid;
}

std::int64_t nowMilliseconds()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace qmop

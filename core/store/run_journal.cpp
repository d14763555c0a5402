// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_journal.h"

#include "core/store/store_format.h"
#include "qmop/error.h"

#include <ctime>

namespace qmop {

namespace {

constexpr const char *windowsSchema = R"(
CREATE TABLE IF NOT EXISTS windows(
    id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, process TEXT NOT NULL, runs INTEGER NOT NULL DEFAULT 0,
    session TEXT NOT NULL, session_file TEXT NOT NULL DEFAULT '', session_changed INTEGER NOT NULL DEFAULT 0,
    run_under_way INTEGER NOT NULL DEFAULT 0, question TEXT NOT NULL DEFAULT '', picture TEXT NOT NULL DEFAULT '');
)";

// A run must outlive a power cut; notes may lose the last seconds, and cost the
// window no wait for the disk.
constexpr const char *careful = "PRAGMA synchronous=FULL";
constexpr const char *quick = "PRAGMA synchronous=NORMAL";

std::string timeText()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &parts);
    return text;
}

}

RunJournal::RunJournal(std::filesystem::path file)
    : m_file(std::move(file))
{
    try {
        open();
    } catch (const Error &error) {
        const bool isOurs = error.code() != ErrorCode::InvalidArgument; // else something stands in its place
        if (isOurs && error.code() != ErrorCode::InvalidSession)
            throw;
        setAside(error.what());
    }
}

void RunJournal::open()
{
    try {
        m_database = std::make_unique<Database>(m_file, Database::Access::ReadWrite);
        if (m_database->integerOf("PRAGMA user_version") <= schemaVersion) {
            requireFormat(*m_database, Format::MayBeEmpty);
            m_database->execute("PRAGMA journal_mode=WAL");
            m_database->execute(careful);
            Transaction transaction(*m_database);
            RunTables(*m_database).create();
            m_database->execute(windowsSchema);
            transaction.commit();
        } else {
            m_readOnly = true;
            m_notices.push_back(m_file.string()
                                + ": the history was written by a newer version of this program; it is "
                                  "shown as far as it is understood, and new runs are not added to it");
        }
    } catch (const Error &error) {
        if (error.code() != ErrorCode::OutputFailed || !std::filesystem::exists(m_file))
            throw;
        m_database = std::make_unique<Database>(m_file, Database::Access::ReadOnly);
        m_readOnly = true;
        m_notices.push_back(std::string(error.what()) + "; the history can be read, new runs are not added to it");
    }
    if (const RunTables::Headlines found = RunTables(*m_database).headlines(); !found.problem.empty() && !m_readOnly)
        throw Error(ErrorCode::InvalidSession, found.problem);
}

// Nothing is thrown away: the damaged file keeps its content under another name.
void RunJournal::setAside(const std::string &why)
{
    m_database.reset();
    std::filesystem::path damaged;
    for (int attempt = 0; damaged.empty() || std::filesystem::exists(damaged); ++attempt)
        damaged = m_file.string() + ".damaged-" + timeText() + (attempt ? "-" + std::to_string(attempt) : "");
    std::error_code failed;
    for (const char *part : {"", "-wal"})
        if (std::filesystem::exists(m_file.string() + part, failed)) {
            std::filesystem::rename(m_file.string() + part, damaged.string() + part, failed);
            if (failed)
                throw Error(ErrorCode::OutputFailed,
                            m_file.string() + ": is damaged and cannot be set aside: " + failed.message(),
                            "check that the folder may be written to");
        }
    std::filesystem::remove(m_file.string() + "-shm", failed);
    open();
    m_notices.push_back(why);
    try {
        salvage(damaged);
    } catch (const Error &) {
        m_notices.push_back("nothing could be read from the damaged history, which is kept as " + damaged.string()
                            + "; a new one has begun");
    }
}

void RunJournal::salvage(const std::filesystem::path &damaged)
{
    const Database old(damaged, Database::Access::Damaged);
    const RunTables from(old);
    const RunTables to(*m_database);
    Transaction transaction(*m_database);
    int saved = 0;
    try {
        for (const PictureRecord &known : from.pictures())
            if (PictureRecord picture; from.readPicture(known.sha256, picture))
                to.addPicture(picture);
    } catch (const Error &) {
        // Runs without their pictures are better than none.
    }
    for (const RunHeadline &headline : from.headlines().runs) {
        try {
            StoredRun run{headline, {}};
            if (!from.readRecord(headline.uid, run.record))
                continue;
            to.addRun(run);
            if (headline.edits != RunEdits())
                to.setEdits(headline.uid, headline.edits);
            ++saved;
        } catch (const Error &) {
            // This one lies in the damaged part; the next may not.
        }
    }
    for (const StoredSweep &sweep : from.sweeps({}).sweeps)
        to.setSweep(sweep);
    transaction.commit();
    m_notices.push_back(std::to_string(saved) + " runs of the damaged history were saved; the file is kept as "
                        + damaged.string());
}

void RunJournal::requireWritable() const
{
    if (m_readOnly)
        throw Error(ErrorCode::OutputFailed, m_file.string() + ": the history is read-only",
                    "see the message at the start; save the session to keep this run");
}

RunHeadline RunJournal::append(const RunTrace &trace, const PictureRecord &picture, const std::string &session)
{
    requireWritable();
    const StoredRun run = storedRun(trace, session);
    const std::scoped_lock lock(m_mutex);
    m_database->execute(careful);
    Transaction transaction(*m_database);
    const RunTables tables(*m_database);
    if (!picture.sha256.empty())
        tables.addPicture(picture);
    tables.addRun(run);
    Statement(*m_database, "UPDATE windows SET runs = runs + 1, run_under_way = 0, session_changed = 1 WHERE id = ?")
        .bind(1, m_window)
        .run();
    transaction.commit();
    return run.headline;
}

std::vector<RunHeadline> RunJournal::headlines() const
{
    const std::scoped_lock lock(m_mutex);
    return RunTables(*m_database).headlines().runs;
}

std::vector<PictureRecord> RunJournal::pictures() const
{
    const std::scoped_lock lock(m_mutex);
    return RunTables(*m_database).pictures();
}

std::optional<TraceRecord> RunJournal::record(const std::string &uid) const
{
    const std::scoped_lock lock(m_mutex);
    TraceRecord record;
    return RunTables(*m_database).readRecord(uid, record) ? std::optional(std::move(record)) : std::nullopt;
}

std::shared_ptr<const RunTrace> RunJournal::trace(const std::string &uid) const
{
    const std::optional<TraceRecord> found = record(uid);
    return found ? std::make_shared<const RunTrace>(readRecord(*found, m_file.string())) : nullptr;
}

std::optional<PictureRecord> RunJournal::picture(const std::string &sha256) const
{
    const std::scoped_lock lock(m_mutex);
    PictureRecord picture;
    return RunTables(*m_database).readPicture(sha256, picture) ? std::optional(std::move(picture)) : std::nullopt;
}

void RunJournal::setEdits(const std::string &uid, const RunEdits &edits)
{
    requireWritable();
    const std::scoped_lock lock(m_mutex);
    m_database->execute(quick);
    Transaction transaction(*m_database);
    RunTables(*m_database).setEdits(uid, edits);
    Statement(*m_database, "UPDATE windows SET session_changed = 1 WHERE id = ?").bind(1, m_window).run();
    transaction.commit();
}

std::optional<RunEdits> RunJournal::edits(const std::string &uid) const
{
    const std::scoped_lock lock(m_mutex);
    return RunTables(*m_database).edits(uid);
}

void RunJournal::keepSweep(const StoredSweep &sweep)
{
    requireWritable();
    const std::scoped_lock lock(m_mutex);
    m_database->execute(quick);
    Transaction transaction(*m_database);
    RunTables(*m_database).setSweep(sweep);
    Statement(*m_database, "UPDATE windows SET session_changed = 1 WHERE id = ?").bind(1, m_window).run();
    transaction.commit();
}

std::vector<StoredSweep> RunJournal::sweeps(const std::string &session) const
{
    const std::scoped_lock lock(m_mutex);
    return RunTables(*m_database).sweeps(session).sweeps;
}

std::vector<CrashReport> RunJournal::openWindow(const std::string &session)
{
    const std::scoped_lock lock(m_mutex);
    std::vector<CrashReport> reports;
    if (m_readOnly)
        return reports;
    m_database->execute(quick);
    Transaction transaction(*m_database);
    std::vector<std::int64_t> gone;
    {
        Statement row(*m_database,
                      "SELECT id, process, started_at, runs, session, session_file, session_changed, "
                      "run_under_way, question, picture FROM windows ORDER BY id");
        while (row.step()) {
            if (isAlive(row.text(1)))
                continue;
            gone.push_back(row.integer(0));
            reports.push_back({row.integer(2), int(row.integer(3)), row.text(4), row.text(5), row.integer(6) != 0,
                               row.integer(7) != 0, row.text(8), row.text(9)});
        }
    }
    for (std::int64_t id : gone)
        Statement(*m_database, "DELETE FROM windows WHERE id = ?").bind(1, id).run();
    Statement(*m_database, "INSERT INTO windows(started_at, process, session) VALUES(?,?,?)")
        .bind(1, nowMilliseconds())
        .bind(2, processIdentity())
        .bind(3, session)
        .run();
    m_window = m_database->lastRowId();
    transaction.commit();
    return reports;
}

void RunJournal::setSession(const std::string &session, const std::filesystem::path &file)
{
    const std::scoped_lock lock(m_mutex);
    if (m_readOnly)
        return;
    m_database->execute(quick);
    Statement(*m_database, "UPDATE windows SET session = ?, session_file = ?, session_changed = 0 WHERE id = ?")
        .bind(1, session)
        .bind(2, file.string())
        .bind(3, m_window)
        .run();
}

void RunJournal::runBegins(const std::string &question, const std::string &picture)
{
    const std::scoped_lock lock(m_mutex);
    if (m_readOnly)
        return;
    m_database->execute(quick);
    Statement(*m_database, "UPDATE windows SET run_under_way = 1, question = ?, picture = ? WHERE id = ?")
        .bind(1, question)
        .bind(2, picture)
        .bind(3, m_window)
        .run();
}

void RunJournal::runEnds()
{
    const std::scoped_lock lock(m_mutex);
    if (m_readOnly)
        return;
    m_database->execute(quick);
    Statement(*m_database, "UPDATE windows SET run_under_way = 0 WHERE id = ?").bind(1, m_window).run();
}

void RunJournal::closeWindow()
{
    const std::scoped_lock lock(m_mutex);
    if (m_readOnly || m_window == 0)
        return;
    Statement(*m_database, "DELETE FROM windows WHERE id = ?").bind(1, m_window).run();
    m_window = 0;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_file.h"

#include "core/store/first_page.h"
#include "core/store/session_sums.h"
#include "core/store/store_format.h"
#include "qmop/error.h"
#include "qmop/sha256.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace qmop {

namespace {

constexpr const char *stateSchema = "CREATE TABLE IF NOT EXISTS state(key TEXT PRIMARY KEY, value BLOB NOT NULL)";
constexpr const char *kindKey = "kind";
constexpr std::uintmax_t maxPicture = std::uintmax_t(400) << 20; // below SQLite's limit for one value

std::filesystem::path folderOf(const std::filesystem::path &file)
{
    std::error_code error;
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const std::filesystem::path whole = std::filesystem::weakly_canonical(folder, error);
    return error ? std::filesystem::path() : whole;
}

bool isBelow(const std::filesystem::path &path, const std::filesystem::path &folder)
{
    const auto ends = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return !folder.empty() && ends.first == folder.end() && ends.second != path.end();
}

// Through the file that is being written, which says what is wrong with the disk.
void copyInto(AtomicFile &copy, const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    std::vector<char> block(std::size_t(1) << 20);
    while (stream.read(block.data(), std::streamsize(block.size())) || stream.gcount() > 0)
        copy.write(block.data(), std::size_t(stream.gcount()));
    if (!stream.eof())
        throw Error(ErrorCode::InvalidSession, file.string() + ": cannot be read", "check the permissions of the file");
}

// By its first page: "SQLite format 3" and, at byte 68, our application id.
bool beginsLikeASession(const std::filesystem::path &file)
{
    char header[72] = {};
    std::ifstream stream(file, std::ios::binary);
    stream.read(header, sizeof header);
    std::int64_t application = 0;
    for (int i = 68; i < 72; ++i)
        application = application << 8 | static_cast<unsigned char>(header[i]);
    return stream.gcount() == sizeof header && std::string_view(header, 15) == "SQLite format 3"
        && application == applicationId;
}

bool hasReadableSchema(const Database *database)
{
    try {
        return database && database->integerOf("SELECT count(*) FROM sqlite_schema") > 0;
    } catch (const Error &) {
        return false;
    }
}

// SQLite takes a last page that ends early for a whole one.
bool isCut(const std::filesystem::path &file, const Database &database)
{
    if (file.empty()) // bytes
        return false;
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(file, failed);
    return !failed
        && size < std::uintmax_t(database.integerOf("PRAGMA page_count") * database.integerOf("PRAGMA page_size"));
}

// Of a damaged picture: its thumbnail, where that can be read.
PictureRecord whatIsLeft(const Database &database, const std::string &sha256)
{
    PictureRecord picture;
    try {
        RunTables(database).readPicture(sha256, picture);
    } catch (const Error &) {
        picture = {};
    }
    picture.sha256 = sha256;
    picture.path.clear();
    picture.bytes.clear();
    return picture;
}

SessionState storedState(const Database &database)
{
    SessionState state;
    Statement row(database, "SELECT key, value FROM state");
    while (row.step())
        state[row.text(0)] = row.bytes(1);
    return state;
}

// Empty where there is no regular file of that hash.
Bytes bytesOf(const std::filesystem::path &path, const std::string &sha256)
{
    std::error_code error;
    if (path.empty() || !std::filesystem::is_regular_file(path, error)
        || std::filesystem::file_size(path, error) > maxPicture)
        return {};
    std::ifstream stream(path, std::ios::binary);
    Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
    return sha256Hex(std::span<const std::uint8_t>(bytes)) == sha256 ? bytes : Bytes();
}

}

std::filesystem::path pathBelow(const std::filesystem::path &folder, const std::filesystem::path &relative)
{
    if (folder.empty() || relative.empty() || relative.is_absolute()
        || std::find(relative.begin(), relative.end(), "..") != relative.end()
        || relative.string().find('\0') != std::string::npos)
        return {};
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(folder / relative, error);
    return !error && isBelow(whole, folder) ? whole : std::filesystem::path();
}

SessionWriter::SessionWriter(const std::filesystem::path &file, SessionKind kind, Begin begin)
    : m_kind(kind)
    , m_folder(folderOf(file))
    , m_file(file)
{
    if (begin == Begin::WithItsRuns)
        copyInto(m_file, file);
    m_database = std::make_unique<Database>(m_file.temporary(), Database::Access::ReadWrite);
    m_database->setName(file.string());
    if (begin == Begin::WithItsRuns)
        requireFormat(*m_database, Format::Whole);
    // The temporary file is thrown away unless all went well: no log beside it.
    m_database->execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
    RunTables(*m_database).create();
    m_database->execute(stateSchema);
    SessionSums::create(*m_database); // before anything is written: see first_page.h
    m_transaction = std::make_unique<Transaction>(*m_database);
    setState(
        {{kindKey, kind == SessionKind::Pack ? Bytes{'p', 'a', 'c', 'k'} : Bytes{'s', 'e', 's', 's', 'i', 'o', 'n'}}});
}

SessionWriter::~SessionWriter()
{
    m_transaction.reset(); // before its database
}

void SessionWriter::addRun(const StoredRun &run)
{
    const RunTables tables(*m_database);
    tables.addRun(run);
    if (run.headline.edits != RunEdits())
        tables.setEdits(run.headline.uid, run.headline.edits);
}

bool SessionWriter::addPicture(const PictureRecord &picture)
{
    PictureRecord stored = picture;
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(picture.path, error);
    stored.path.clear();
    if (m_kind == SessionKind::Session && !picture.path.empty() && !error && isBelow(whole, m_folder)) {
        stored.path = whole.lexically_relative(m_folder);
        stored.bytes.clear();
    } else if (stored.bytes.empty()) {
        stored.bytes = bytesOf(picture.path, picture.sha256);
    }
    RunTables(*m_database).addPicture(stored);
    return !stored.path.empty() || !stored.bytes.empty();
}

void SessionWriter::addSweep(const StoredSweep &sweep)
{
    RunTables(*m_database).setSweep(sweep);
}

void SessionWriter::setState(const SessionState &state)
{
    for (const auto &[key, value] : state)
        Statement(*m_database, "INSERT OR REPLACE INTO state(key, value) VALUES(?,?)")
            .bind(1, key)
            .bind(2, value)
            .run();
}

void SessionWriter::commit()
{
    const std::string runs = std::to_string(m_database->integerOf("SELECT count(*) FROM runs"));
    setState({{runCountKey, Bytes(runs.begin(), runs.end())}});
    SessionSums::of(*m_database, storedState(*m_database)).store(*m_database);
    m_transaction->commit();
    m_transaction.reset();
    m_database->close();
    m_file.commit();
}

SessionReader::SessionReader(const std::filesystem::path &file)
    : m_file(file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        throw Error(ErrorCode::InvalidArgument, file.string() + ": is a folder", "name a session or replay pack in it");
    if (!std::filesystem::is_regular_file(file, error))
        throw Error(ErrorCode::InvalidSession, file.string() + ": no such file", "check the path");
    try {
        m_database = std::make_unique<Database>(file, Database::Access::ReadOnly);
        read(false);
    } catch (const Error &whole) {
        if (whole.code() == ErrorCode::OutputFailed)
            throw;
        if (whole.code() == ErrorCode::InvalidArgument && hasReadableSchema(m_database.get())) {
            if (beginsLikeASession(m_file) && readBehindFirstPage()) // the list of its tables is damaged
                return;
            throw; // not ours
        }
        readWhatIsLeft();
    }
}

SessionReader::SessionReader(std::span<const std::uint8_t> bytes, const std::string &name)
    : m_database(std::make_unique<Database>(bytes, name))
{
    read(false);
}

// A truncated file is refused whole otherwise.
void SessionReader::readWhatIsLeft()
{
    m_problems.clear();
    try {
        m_database = std::make_unique<Database>(m_file, Database::Access::Damaged);
        read(true);
    } catch (const Error &) {
        const bool isOurs = beginsLikeASession(m_file);
        const bool isSaid = !m_found.damage.text().empty();
        if (isOurs && readBehindFirstPage())
            return;
        if (!isOurs || isSaid)
            throw;
        throw Error(ErrorCode::InvalidSession,
                    m_file.string()
                        + ": is damaged: its first page, which lists its tables, cannot be read, and so no run",
                    "take the file from a backup");
    }
}

// Only what has a sum: the tables may have been elsewhere.
bool SessionReader::readBehindFirstPage()
try {
    m_problems.clear();
    const Bytes bytes = withNewFirstPage(m_file);
    if (bytes.empty())
        return false;
    m_database = std::make_unique<Database>(bytes, m_file.string());
    const SessionSums sums = SessionSums::storedIn(*m_database);
    if (!sums.isWhole() || sums.runs() == 0)
        return false;
    read(true);
    return true;
} catch (const Error &) {
    return false;
}

void SessionReader::read(bool damaged)
{
    m_found = {};
    requireFormat(*m_database, Format::Whole);
    m_newer = m_database->integerOf("PRAGMA user_version") > schemaVersion;
    if (m_newer)
        m_problems.push_back(m_database->name()
                             + ": was saved by a newer version of this program; what this one knows of it is used");
    m_found = checkSession(*m_database, m_newer);
    m_found.damage.elsewhere = m_found.damage.elsewhere || damaged || isCut(m_file, *m_database);
    if (const auto kind = state().find(kindKey); kind != state().end() && kind->second == Bytes{'p', 'a', 'c', 'k'})
        m_kind = SessionKind::Pack;
    const std::string problem = m_found.damage.text();
    if (!problem.empty() && m_found.runs.empty())
        throw Error(ErrorCode::InvalidSession, m_database->name() + ": " + problem, "take the file from a backup");
    if (!problem.empty())
        m_problems.push_back(m_database->name() + ": " + problem);
}

std::string SessionReader::hint() const
{
    if (m_found.damage.isComplete())
        return m_newer ? newerSessionHint : "";
    return m_newer ? std::string(newerSessionHint) + ", or " + damagedSessionHint : damagedSessionHint;
}

bool SessionReader::isListed(const std::string &uid) const
{
    return std::ranges::find(m_found.runs, uid, &RunHeadline::uid) != m_found.runs.end();
}

std::optional<TraceRecord> SessionReader::record(const std::string &uid) const
{
    TraceRecord record;
    return isListed(uid) && RunTables(*m_database).readRecord(uid, record) ? std::optional(std::move(record))
                                                                           : std::nullopt;
}

std::shared_ptr<const RunTrace> SessionReader::trace(const std::string &uid) const
{
    const std::optional<TraceRecord> found = record(uid);
    return found ? std::make_shared<const RunTrace>(readRecord(*found, m_database->name())) : nullptr;
}

std::optional<PictureRecord> SessionReader::picture(const std::string &sha256) const
{
    PictureRecord picture;
    if (m_found.damagedPictures.contains(sha256)) {
        picture = whatIsLeft(*m_database, sha256);
        picture.name = std::ranges::find(m_found.runs, sha256, &RunHeadline::pictureSha256)->pictureName;
        return picture;
    }
    if (!RunTables(*m_database).readPicture(sha256, picture))
        return std::nullopt;
    // A pack brings its pictures along; its paths are nobody's.
    picture.path = m_kind == SessionKind::Pack || m_file.empty() ? std::filesystem::path()
                                                                 : pathBelow(folderOf(m_file), picture.path);
    return picture;
}

std::string SessionReader::pictureObstacle(const std::string &sha256) const
{
    PictureRecord stored;
    if (m_found.damagedPictures.contains(sha256))
        return {};
    if (!RunTables(*m_database).readPicture(sha256, stored) || (stored.bytes.empty() && stored.path.empty()))
        return "the file holds none";
    if (!stored.bytes.empty())
        return {};
    if (m_kind == SessionKind::Pack || m_file.empty())
        return "the replay pack does not hold it";
    const std::filesystem::path &place = stored.path;
    if (place.is_absolute() || std::find(place.begin(), place.end(), "..") != place.end())
        return "its place leads out of the session's folder and is not followed";
    const std::filesystem::path whole = pathBelow(folderOf(m_file), place);
    if (whole.empty())
        return "a link leads out of the session's folder and is not followed";
    std::error_code error;
    return std::filesystem::is_regular_file(whole, error) ? "" : "there is no file " + whole.string();
}

std::vector<PictureRecord> SessionReader::pictures() const
{
    try {
        std::vector<PictureRecord> all = RunTables(*m_database).pictures();
        for (PictureRecord &picture : all)
            picture.path.clear();
        return all;
    } catch (const Error &) {
        return {}; // each is read again where it is needed, with a message
    }
}

} // namespace qmop

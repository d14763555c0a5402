// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include "qmop/atomic_file.h"
#include "qmop/error.h"

#include <sqlite3.h>

#include <algorithm>
#include <new>

namespace qmop {

namespace {

constexpr int busyMilliseconds = 5000; // another window writes its run

// What the disk, the rights or another program refuse; all else is damage.
bool isOfThePlace(int code)
{
    switch (code) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return true;
    default:
        return false;
    }
}

const char *hintFor(int code)
{
    switch (code) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return "free some space or choose another place";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program keeps the file locked: close it and try again";
    default:
        return "check that the folder exists and may be written to";
    }
}

}

namespace {

// "file:" and the path with what means something in such a name encoded.
std::string immutableName(const std::string &path)
{
    std::string name = "file:";
    static constexpr char digits[] = "0123456789abcdef";
    for (unsigned char byte : path) {
        if (byte == '%' || byte == '?' || byte == '#') {
            name += '%';
            name += digits[byte >> 4];
            name += digits[byte & 15];
        } else {
            name += char(byte);
        }
    }
    return name + "?immutable=1";
}

}

Statement::Statement(const Database &database, std::string_view sql)
    : m_database(database)
{
    if (sqlite3_prepare_v2(database.m_handle, sql.data(), int(sql.size()), &m_statement, nullptr) != SQLITE_OK)
        database.fail();
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement &Statement::bind(int parameter, std::int64_t value)
{
    if (sqlite3_bind_int64(m_statement, parameter, value) != SQLITE_OK)
        m_database.fail();
    return *this;
}

Statement &Statement::bind(int parameter, std::string_view text)
{
    if (sqlite3_bind_text64(m_statement, parameter, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8)
        != SQLITE_OK)
        m_database.fail();
    return *this;
}

Statement &Statement::bind(int parameter, std::span<const std::uint8_t> bytes)
{
    // A null pointer would bind NULL.
    const void *data = bytes.empty() ? static_cast<const void *>("") : bytes.data();
    if (sqlite3_bind_blob64(m_statement, parameter, data, bytes.size(), SQLITE_TRANSIENT) != SQLITE_OK)
        m_database.fail();
    return *this;
}

bool Statement::step()
{
    const int result = sqlite3_step(m_statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        m_database.fail();
    return result == SQLITE_ROW;
}

void Statement::run()
{
    while (step()) { }
    sqlite3_reset(m_statement);
}

int Statement::columns() const
{
    return sqlite3_column_count(m_statement);
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::string Statement::text(int column) const
{
    const auto *data = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    return data ? std::string(data, std::size_t(sqlite3_column_bytes(m_statement, column))) : std::string();
}

std::vector<std::uint8_t> Statement::bytes(int column) const
{
    const auto *data = static_cast<const std::uint8_t *>(sqlite3_column_blob(m_statement, column));
    return data ? std::vector<std::uint8_t>(data, data + sqlite3_column_bytes(m_statement, column))
                : std::vector<std::uint8_t>();
}

Database::Database(const std::filesystem::path &file, Access access)
    : m_name(file.string())
{
    const bool readOnly = access != Access::ReadWrite;
    if (!readOnly && file.has_parent_path())
        makeFolder(file.parent_path());
    const int flags = readOnly ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    // "./": a file name that begins with "file:" or is ":memory:" stays a file name.
    const std::string path = file.is_absolute() ? m_name : "./" + m_name;
    const std::string opened = readOnly ? immutableName(path) : path;
    if (sqlite3_open_v2(opened.c_str(), &m_handle, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
        try {
            fail();
        } catch (...) {
            close();
            throw;
        }
    }
    sqlite3_extended_result_codes(m_handle, 0);
    sqlite3_busy_timeout(m_handle, busyMilliseconds);
    if (readOnly)
        harden(access == Access::Damaged);
}

Database::Database(std::span<const std::uint8_t> bytes, const std::string &name)
    : m_name(name)
{
    auto *copy = static_cast<unsigned char *>(sqlite3_malloc64(bytes.size() + 1));
    if (!copy)
        throw std::bad_alloc();
    std::ranges::copy(bytes, copy);
    int result = sqlite3_open_v2(":memory:", &m_handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (result != SQLITE_OK) {
        sqlite3_free(copy);
        close();
        throw std::bad_alloc();
    }
    harden(false);
    // Frees the copy, whether it succeeds or not.
    result = sqlite3_deserialize(m_handle, "main", copy, sqlite3_int64(bytes.size()), sqlite3_int64(bytes.size()),
                                 SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY);
    if (result != SQLITE_OK) {
        close();
        throw Error(ErrorCode::InvalidSession, name + ": is no session file", "choose another file");
    }
}

Database::~Database()
{
    close();
}

void Database::close()
{
    sqlite3_close(m_handle);
    m_handle = nullptr;
}

void Database::harden(bool damaged) const
{
    // A file with fewer pages than its header says is refused whole, unless the
    // schema may be written; the connection as such cannot write.
    sqlite3_db_config(m_handle, damaged ? SQLITE_DBCONFIG_WRITABLE_SCHEMA : SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_limit(m_handle, SQLITE_LIMIT_LENGTH, 512 << 20);
    sqlite3_limit(m_handle, SQLITE_LIMIT_SQL_LENGTH, 10'000);
    sqlite3_limit(m_handle, SQLITE_LIMIT_COLUMN, 100);
    sqlite3_limit(m_handle, SQLITE_LIMIT_ATTACHED, 0);
    execute("PRAGMA mmap_size=0; PRAGMA cell_size_check=ON");
}

void Database::fail() const
{
    const int code = m_handle ? sqlite3_errcode(m_handle) & 0xff : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        throw std::bad_alloc();
    const std::string message = m_handle ? sqlite3_errmsg(m_handle) : "";
    if (isOfThePlace(code))
        throw Error(ErrorCode::OutputFailed, m_name + ": cannot be opened or written: " + message, hintFor(code));
    if (code == SQLITE_NOTADB)
        throw Error(ErrorCode::InvalidArgument, m_name + ": is no session file",
                    "choose a file that this program has saved");
    throw Error(ErrorCode::InvalidSession, m_name + ": is damaged: " + message, "take the file from a backup");
}

void Database::execute(const char *sql) const
{
    if (sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail();
}

std::int64_t Database::integerOf(const char *sql) const
{
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Database::lastRowId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

Transaction::Transaction(const Database &database)
    : m_database(database)
{
    database.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (!m_open)
        return;
    try {
        m_database.execute("ROLLBACK");
    } catch (...) {
        // SQLite has rolled back by itself (full disk): nothing is left to do.
    }
}

void Transaction::commit()
{
    m_database.execute("COMMIT");
    m_open = false;
}

void claimDatabase(const Database &database, std::int64_t application, std::int64_t schema, const std::string &what)
{
    const std::int64_t found = database.integerOf("PRAGMA application_id");
    const std::int64_t tables = database.integerOf("SELECT count(*) FROM sqlite_master");
    if (found != application && (found != 0 || tables != 0))
        throw Error(ErrorCode::InvalidArgument, database.name() + ": holds no " + what + " of this program",
                    "move the file away; a new one is made");
    if (database.integerOf("PRAGMA user_version") > schema)
        throw Error(ErrorCode::InvalidSession, database.name() + ": was written by a newer version of this program",
                    "use the newer version; " + what + " are kept until the window closes");
    database.execute(("PRAGMA application_id=" + std::to_string(application)).c_str());
    database.execute(("PRAGMA user_version=" + std::to_string(schema)).c_str());
    database.execute("PRAGMA journal_mode=WAL");
}

} // namespace qmop

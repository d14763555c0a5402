// SPDX-License-Identifier: GPL-3.0-or-later
//
// SQLite (https://sqlite.org, public domain) behind two small classes. Every
// failure throws: Error{OutputFailed} for what the disk or the rights refuse,
// Error{InvalidSession} for files that are damaged, Error{InvalidArgument} for what is no
// database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace qmop {

class Database;

// A prepared statement. Parameters are numbered from 1, columns from 0.
class Statement {
public:
    Statement(const Database &database, std::string_view sql);
    ~Statement();
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    Statement &bind(int parameter, std::int64_t value);
    Statement &bind(int parameter, std::string_view text);
    Statement &bind(int parameter, std::span<const std::uint8_t> bytes);

    // True while there is a row.
    bool step();
    // For statements without rows: runs and may be bound again.
    void run();

    int columns() const;
    std::int64_t integer(int column) const;
    // Empty for NULL. Bytes as stored: a foreign file may hold anything.
    std::string text(int column) const;
    std::vector<std::uint8_t> bytes(int column) const;

private:
    const Database &m_database;
    sqlite3_stmt *m_statement = nullptr;
};

class Database {
public:
    enum class Access {
        ReadWrite, // made where it does not exist, with its folder
        ReadOnly, // a file of anybody: see below
        Damaged, // the same, and what is left of a truncated file can be read
    };

    // A file that is opened to be read may be hostile: what SQLite offers against
    // that is switched on (https://sqlite.org/security.html): no trusted schema,
    // cells checked, lengths limited, no memory map. It is taken as one that nobody
    // changes: no locks, no files beside it, so a folder without rights will do.
    Database(const std::filesystem::path &file, Access access);
    // The same for the bytes of a file; read-only. Keeps a copy.
    Database(std::span<const std::uint8_t> bytes, const std::string &name);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    void execute(const char *sql) const;
    std::int64_t integerOf(const char *sql) const; // first column of the first row, or 0
    std::int64_t lastRowId() const;
    const std::string &name() const { return m_name; }
    void setName(std::string name) { m_name = std::move(name); } // in messages
    [[noreturn]] void fail() const; // as the last call did
    void close();

private:
    friend class Statement;
    void harden(bool damaged) const;

    sqlite3 *m_handle = nullptr;
    std::string m_name; // for messages: the file's path
};

// Makes the database one of this program's, or finds that it is: by an application id.
// Several windows may have it open from then on (write-ahead log).
// Throws Error{InvalidArgument} or, for a newer file, Error{InvalidSession}; the file is left as it is.
// `what` it holds: "notes".
void claimDatabase(const Database &database, std::int64_t application, std::int64_t schema, const std::string &what);

// begin ... commit; rolled back unless committed.
class Transaction {
public:
    explicit Transaction(const Database &database);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    void commit();

private:
    const Database &m_database;
    bool m_open = true;
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sample_notes.h"

#include "core/store/stored_tags.h"

namespace qmop {

namespace {

constexpr std::int64_t notesSchema = 1;
constexpr std::int64_t notesApplication = 0x514D6F4E; // "QMoN"

}

SampleNotes::SampleNotes(const std::filesystem::path &file)
    : m_database(file, Database::Access::ReadWrite)
{
    claimDatabase(m_database, notesApplication, notesSchema, "notes");
    m_database.execute("PRAGMA synchronous=FULL");
    Transaction transaction(m_database);
    m_database.execute("CREATE TABLE IF NOT EXISTS notes(suite TEXT NOT NULL, version TEXT NOT NULL, "
                       "sample TEXT NOT NULL, tags TEXT NOT NULL, note TEXT NOT NULL, "
                       "PRIMARY KEY(suite, version, sample))");
    transaction.commit();
}

std::map<std::string, RunEdits> SampleNotes::of(const std::string &suite, const std::string &version) const
{
    std::map<std::string, RunEdits> all;
    Statement statement(m_database, "SELECT sample, tags, note FROM notes WHERE suite=? AND version=?");
    statement.bind(1, suite).bind(2, version);
    while (statement.step()) {
        RunEdits &edits = all[statement.text(0)];
        edits.tags = tagsStored(statement.text(1));
        edits.note = statement.text(2);
    }
    return all;
}

void SampleNotes::set(const std::string &suite, const std::string &version, const std::string &sample,
                      const RunEdits &edits)
{
    if (edits.note.empty() && edits.tags.empty()) {
        Statement statement(m_database, "DELETE FROM notes WHERE suite=? AND version=? AND sample=?");
        statement.bind(1, suite).bind(2, version).bind(3, sample).run();
        return;
    }
    Statement statement(m_database,
                        "INSERT OR REPLACE INTO notes(suite, version, sample, tags, note) VALUES(?,?,?,?,?)");
    statement.bind(1, suite).bind(2, version).bind(3, sample).bind(4, storedTags(edits.tags)).bind(5, edits.note).run();
}

} // namespace qmop

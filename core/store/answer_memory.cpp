// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/answer_memory.h"

namespace qmop {

namespace {

constexpr std::int64_t memorySchema = 1;
constexpr std::int64_t memoryApplication = 0x514D6F41; // "QMoA"

}

AnswerMemory::AnswerMemory(const std::filesystem::path &file)
    : m_database(file, Database::Access::ReadWrite)
{
    claimDatabase(m_database, memoryApplication, memorySchema, "answers");
    Transaction transaction(m_database);
    m_database.execute("CREATE TABLE IF NOT EXISTS answers(picture TEXT NOT NULL, question TEXT NOT NULL, "
                       "method TEXT NOT NULL, model TEXT NOT NULL, answer TEXT NOT NULL, "
                       "UNIQUE(picture, question, method, model))");
    m_database.execute("CREATE TABLE IF NOT EXISTS comparisons(picture TEXT NOT NULL, question TEXT NOT NULL, "
                       "model TEXT NOT NULL, same INTEGER NOT NULL, UNIQUE(picture, question, model))");
    transaction.commit();
}

void AnswerMemory::put(const std::string &picture, const std::string &question, const RememberedAnswer &answer)
{
    if (picture.empty() || answer.modelHash.empty())
        return;
    Statement statement(m_database,
                        "INSERT OR REPLACE INTO answers(picture, question, method, model, answer) VALUES(?,?,?,?,?)");
    statement.bind(1, picture).bind(2, question).bind(3, answer.method).bind(4, answer.modelHash);
    statement.bind(5, answer.answer).run();
}

std::vector<RememberedAnswer> AnswerMemory::answers(const std::string &picture, const std::string &question) const
{
    std::vector<RememberedAnswer> all;
    Statement statement(m_database,
                        "SELECT method, model, answer FROM answers WHERE picture=? AND question=? ORDER BY rowid");
    statement.bind(1, picture).bind(2, question);
    while (statement.step())
        all.push_back({statement.text(0), statement.text(1), statement.text(2)});
    return all;
}

void AnswerMemory::setSame(const std::string &picture, const std::string &question, const std::string &modelHash,
                           bool same)
{
    if (picture.empty() || modelHash.empty())
        return;
    Statement statement(m_database,
                        "INSERT OR REPLACE INTO comparisons(picture, question, model, same) VALUES(?,?,?,?)");
    statement.bind(1, picture).bind(2, question).bind(3, modelHash).bind(4, std::int64_t(same)).run();
}

std::optional<bool> AnswerMemory::same(const std::string &picture, const std::string &question,
                                       const std::set<std::string> &modelHashes) const
{
    std::optional<bool> newest;
    Statement statement(m_database,
                        "SELECT model, same FROM comparisons WHERE picture=? AND question=? ORDER BY rowid");
    statement.bind(1, picture).bind(2, question);
    while (statement.step())
        if (modelHashes.contains(statement.text(0)))
            newest = statement.integer(1) != 0;
    return newest;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers that were given, by picture, question, method and model: so that the
// scores of one's own questions, and the marks of where compression changes an
// answer, are there after a restart, and never stand under other weights' name.
#pragma once

#include "core/store/database.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace qmop {

struct RememberedAnswer {
    std::string method; // "qmop · 64"
    std::string modelHash; // as RunEnvironment::modelHash
    std::string answer;

    bool operator==(const RememberedAnswer &) const = default;
};

// Pictures are named by the SHA-256 of their file. What has no picture's or model's
// hash is not kept.
class AnswerMemory {
public:
    // Makes the file and its folder. Throws Error{OutputFailed}, and
    // Error{InvalidSession} for a file that is damaged, foreign or newer: it is left
    // as it is.
    explicit AnswerMemory(const std::filesystem::path &file);

    // Safe when it returns; replaces the answer of the same method and model.
    void put(const std::string &picture, const std::string &question, const RememberedAnswer &answer);
    // The newest last.
    std::vector<RememberedAnswer> answers(const std::string &picture, const std::string &question) const;

    // Whether the newest compressed answer was the uncompressed one.
    void setSame(const std::string &picture, const std::string &question, const std::string &modelHash, bool same);
    // The newest by one of these models; not set: none of them was asked.
    std::optional<bool> same(const std::string &picture, const std::string &question,
                             const std::set<std::string> &modelHashes) const;

private:
    Database m_database;
};

} // namespace qmop

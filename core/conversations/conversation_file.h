// SPDX-License-Identifier: GPL-3.0-or-later
//
// One's own questions and answers about one's own pictures, in the format of
// LLaVA's training data: a JSON list (or JSON objects one after the other, as
// in a .jsonl file) of records
//
//   {"id": "7", "image": "coco/000.jpg", "conversations": [
//      {"from": "human", "value": "<image>\nWhat is this?"}, {"from": "gpt", "value": "A cat."},
//      {"from": "human", "value": "What colour?"}, {"from": "gpt", "value": "Black."}]}
//
// Optional, of ours: "dimension" (GU, SC, RC, SE, LD) and "question_type". Other
// fields are ignored.
#pragma once

#include "qmop/suite.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

struct ConversationTurn {
    std::string question; // without the <image> marker
    std::string answer;
};

struct Conversation {
    std::size_t record = 0; // its place in the file, from 1
    std::string id; // "record 7" where it has none
    std::string image; // path below the folder of pictures
    std::vector<ConversationTurn> turns; // at least one
    std::optional<Dimension> dimension;
    std::string questionType; // may be empty
};

// Limits of what is read; a record beyond one of them is a bad record.
inline constexpr std::size_t maxRecordBytes = 1 << 20;
inline constexpr int maxRecordDepth = 16; // of nested lists and objects
inline constexpr std::size_t maxTurns = 256;

// What is wrong with a record does not end a long training where it is asked to go on.
enum class BadRecords : std::uint8_t { Refuse, LeaveOut };

// Reads the file once, whatever its size, and keeps for each good record only where it lies:
// 16 bytes. Records without "image" are left out (LLaVA's mixtures hold some).
class ConversationFile {
public:
    // Throws Error{InvalidSuite} naming file, record and byte for what is no JSON, and, with
    // BadRecords::Refuse, for the first record that is not of the format; where nothing is left, too.
    explicit ConversationFile(std::filesystem::path file, BadRecords policy = BadRecords::Refuse);
    ~ConversationFile();
    ConversationFile(const ConversationFile &) = delete;
    ConversationFile &operator=(const ConversationFile &) = delete;

    std::size_t size() const { return m_places.size(); }
    // The i-th good record, read from the file; from any thread. Throws Error{InvalidSuite} where
    // the file has changed meanwhile.
    Conversation read(std::size_t index) const;

    std::size_t withoutPicture() const { return m_withoutPicture; }
    std::size_t bad() const { return m_bad; }
    // One line per bad record, of the first twenty.
    const std::vector<std::string> &problems() const { return m_problems; }
    const std::filesystem::path &path() const { return m_file; }

private:
    struct Place {
        std::uint64_t offset = 0; // bytes
        std::uint32_t length = 0;
        std::uint32_t record = 0; // from 1
    };

    void scan(BadRecords policy);
    void take(const std::string &text, const Place &place, BadRecords policy);

    std::filesystem::path m_file;
    int m_descriptor = -1;
    std::vector<Place> m_places;
    std::vector<std::string> m_problems;
    std::size_t m_withoutPicture = 0;
    std::size_t m_bad = 0;
};

} // namespace qmop

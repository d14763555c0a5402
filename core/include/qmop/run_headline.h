// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a list of runs shows of each, without its trace.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace qmop {

// What a person adds to a run. The run itself never changes.
struct RunEdits {
    std::string note; // UTF-8, any number of lines
    std::vector<std::string> tags; // without duplicates, in the order they were given
    bool pinned = false; // the reference that other runs are compared with

    bool operator==(const RunEdits &) const = default;
};

struct RunHeadline {
    std::string uid; // 32 hexadecimal digits, given when the run was written down
    std::int64_t finishedAt = 0; // milliseconds since 1970, UTC
    std::string session; // the session that it was asked in: 32 hexadecimal digits
    std::string question;
    std::string answer;
    std::string compressor;
    int budget = 0;
    std::string changes; // changesText() of its request; may be empty
    std::string modelName;
    std::string pictureName;
    std::string pictureSha256;
    RunEdits edits;
};

} // namespace qmop

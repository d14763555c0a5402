// SPDX-License-Identifier: GPL-3.0-or-later
//
// What editing and merging suites share.
#pragma once

#include "qmop/error.h"
#include "qmop/suite.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace qmop {

// Throws Error{ImageUnreadable} naming the file.
inline std::vector<std::uint8_t> readBytes(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream)
        throw Error(ErrorCode::ImageUnreadable, file.string() + ": cannot be read",
                    "check that the file is there and may be read");
    return bytes;
}

inline std::set<std::string> idsOf(const Suite &suite)
{
    std::set<std::string> ids;
    for (const SuiteSample &sample : suite.samples)
        ids.insert(sample.id);
    return ids;
}

// `wanted`, or with the first number behind it that nobody has.
inline std::string freeId(const std::set<std::string> &taken, const std::string &wanted)
{
    std::string id = wanted;
    for (int number = 2; taken.contains(id); ++number)
        id = wanted + "-" + std::to_string(number);
    return id;
}

} // namespace qmop

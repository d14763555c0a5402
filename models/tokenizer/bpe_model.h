// SPDX-License-Identifier: GPL-3.0-or-later
//
// Byte pair encoding of one word: vocabulary and ranked merges.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace qmop {

struct BpeModel {
    struct Merge {
        int rank = 0; // lower is applied first
        int id = 0; // of the merged token
    };

    std::vector<std::string> tokens; // bytes by id; empty where an id is unused
    std::unordered_map<std::string, int> idOfToken;
    std::array<int, 256> idOfByte{};
    std::unordered_map<std::uint64_t, Merge> merges; // by pairKey
    bool ignoreMerges = false; // a word that is a token is taken whole

    static std::uint64_t pairKey(int left, int right)
    {
        return std::uint64_t(std::uint32_t(left)) << 32 | std::uint32_t(right);
    }

    // Appends the ids of one word's bytes: repeatedly the lowest-ranked merge,
    // leftmost first. O(n log n).
    void encodeWord(std::string_view word, std::vector<int> &ids) const;
};

} // namespace qmop

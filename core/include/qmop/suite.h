// SPDX-License-Identifier: GPL-3.0-or-later
//
// VTCBench-style suites: questions with reference answers in five dimensions,
// and their scores.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

// GU global understanding, SC spatial and counting, RC reasoning and common
// sense, SE style and emotion, LD local details.
enum class Dimension : std::uint8_t { GU, SC, RC, SE, LD };

inline constexpr std::size_t dimensionCount = 5;
inline constexpr std::array<Dimension, dimensionCount> allDimensions{Dimension::GU, Dimension::SC, Dimension::RC,
                                                                      Dimension::SE, Dimension::LD};

std::string_view dimensionKey(Dimension dimension);   // "GU"
std::string_view dimensionTitle(Dimension dimension); // "Global understanding"
std::optional<Dimension> dimensionFromKey(std::string_view key);

struct SuiteSample {
    std::string id;
    std::string image; // path relative to the suite file
    std::string question;
    std::vector<std::string> answers; // reference answers; ten give TextVQA's soft accuracy
    Dimension dimension = Dimension::GU;
    std::string questionType; // free text for grouping, e.g. "count"; may be empty

    bool operator==(const SuiteSample &) const = default;
};

struct Suite {
    std::string name;
    std::string version;
    std::string scorer; // "exact" or "soft"
    std::string license;
    std::string source; // where pictures and questions come from, one line
    std::vector<SuiteSample> samples;
};

// Accuracy in percent with a bootstrap interval; `average` is sample-weighted.
struct ScoreValue {
    double percent = 0;
    double low = 0;  // 95 % interval
    double high = 0;
    int samples = 0;
};

struct SuiteScore {
    std::array<ScoreValue, dimensionCount> dimensions{};
    ScoreValue average;
};

} // namespace qmop

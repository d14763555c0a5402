// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scores that ship with a suite: results.json beside suite.json, as
// `qmop bench --json` wrote it.
#pragma once

#include "widgets/bench/bench_values.h"

#include <filesystem>
#include <string>
#include <vector>

namespace qmop {

// With what it was measured on.
struct MeasuredRow {
    BenchRow row;
    std::string modelHash; // as RunEnvironment::modelHash; empty: the report does not say
};

// Empty where the file is missing. Throws Error{InvalidSuite} naming the file
// where it is no such report, or one of another suite or version.
std::vector<MeasuredRow> readBenchResults(const std::filesystem::path &file, const Suite &suite);

} // namespace qmop

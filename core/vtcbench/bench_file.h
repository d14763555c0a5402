// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads what `qmop bench --json` wrote: files of anybody.
#pragma once

#include "qmop/bench_record.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace qmop {

// Throws Error{InvalidSuite} naming the file and the place in it for what is no such
// report, is from a newer schema, or is too large (1 GiB, 1,000,000 samples, 256 runs).
// Optional values out of their range are refused like those of the wrong type. A report
// of schema 1 has no samples: `samples` is empty then, and `methods` hold no answers.
BenchRecord readBenchFile(const std::filesystem::path &file);
BenchRecord parseBenchRecord(std::string_view text, const std::string &name);

// A file that may be such a report, by its first bytes: what to do with a JSON file
// that was dropped. False where it cannot be read.
bool looksLikeBenchFile(const std::filesystem::path &file);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads a training log (one JSON object a line) as it grows.
#pragma once

#include "qmop/training_curves.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace qmop {

class TrainingLogReader {
public:
    // Takes the log's next bytes, cut anywhere. A line counts once its end is there; one of more than 1 MiB is damaged.
    void feed(std::string_view bytes);

    // Reads what a file has gained since the last call; all of it anew where it is another or a shorter file (a
    // resumed run rewrites its log). True where something was read. A file that is missing has gained nothing.
    bool update(const std::filesystem::path &file);

    const TrainingCurves &curves() const { return m_curves; }

private:
    void takeLine(std::string_view line);

    TrainingCurves m_curves;
    std::string m_part; // of a line whose end is not there yet
    bool m_overlong = false; // that line is skipped
    std::uint64_t m_offset = 0; // bytes of the file that were fed
    std::uint64_t m_inode = 0; // of that file
};

// A log or a folder that holds one as training.jsonl.
std::filesystem::path trainingLogOf(const std::filesystem::path &path);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The run's record: one JSON object per line, and a line on the terminal.
#pragma once

#include "core/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace qmop::train {

// Lines {"stage", "step", "loss", "seconds", ...}; the first line describes the run.
// "seconds": wall time since the line before, so that a stage's lines add up to its
// time, evaluations and checkpoints included; what an interruption threw away is not in it.
// Appends; lines of steps that a resumed run will do again are taken out first.
class TrainingLog {
public:
    // Throws Error{OutputFailed} naming the file.
    TrainingLog(const std::filesystem::path &file, const nlohmann::json &header, const Recipe &recipe,
                const TrainingPosition &from);

    void write(nlohmann::json line);

private:
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
    std::filesystem::path m_file;
    std::ofstream m_stream;
};

// "2:05", "1:02:03".
std::string clockText(double seconds);

// Time left of a stage and of the whole run, from the steps done since it began.
class ProgressClock {
public:
    explicit ProgressClock(const Recipe &recipe);

    void stepDone(int stage);
    double picturesPerSecond() const { return m_rate; } // since the last line()
    // "vision 120/2000  loss 2.345  41.2 pictures/s  left 12:03, in all 1:10:00"
    std::string line(int stage, std::int64_t step, double loss);
    double secondsSinceLine() const;

private:
    using Clock = std::chrono::steady_clock;

    const Recipe &m_recipe;
    Clock::time_point m_last = Clock::now();
    double m_pictures = 0; // since the last line
    double m_rate = 0;
};

struct LoggedLoss {
    std::string stage;
    std::int64_t step = 0;
    double loss = 0;
};

// Losses of a log, in order, and the number type of its header ("" where none).
// Throws Error{InvalidArgument} naming the file where it is no training log.
std::vector<LoggedLoss> readLosses(const std::filesystem::path &file);
std::string readLogType(const std::filesystem::path &file);

} // namespace qmop::train

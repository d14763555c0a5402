// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop bench`: the scores of a suite under several compressors and budgets.
#pragma once

#include "app/cli/request_options.h"

#include <CLI/App.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace qmop {

// What scoring a suite needs beside the suite.
struct BenchOptions {
    std::string suite; // as findSuite() takes it
    std::string pictures; // folder of the pictures of a file in LLaVA's format; empty: the file's
    std::vector<std::string> compressors{"blind", "none", "qmop", "pool", "resample", "prune"};
    std::vector<int> budgets; // empty: all that the checkpoint was trained for
    std::string answersFile;
    bool json = false;
    RequestOptions common;

    // Everything but the suite's name. The options must outlive the command.
    void addTo(CLI::App &command);
};

// Scores the suite and prints the report. Returns the exit code.
int runBench(const BenchOptions &options);

// A path, or the name of a suite that ships with the programs. Throws Error{InvalidSuite}.
std::filesystem::path findSuite(const std::string &name);

// Adds the command; its callback sets exitCode.
void addBenchCommand(CLI::App &app, int &exitCode);

} // namespace qmop

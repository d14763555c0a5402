// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is installed, and whether it is as it should be: for `qmop info` and the
// check page of the window.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

enum class CheckState : std::uint8_t { Ok, Warning, Problem };

std::string_view checkStateKey(CheckState state); // "ok", "warning", "problem"

struct CheckRow {
    std::string topic; // "Weights"
    CheckState state = CheckState::Ok;
    std::string finding; // what is there, with numbers
    std::string advice; // what to do; empty where it is ok
};

struct InstalledFile {
    std::string name; // relative to its folder
    std::uint64_t bytes = 0;
    std::string sha256;
    bool inReadme = false; // the model card, or the suite's README, names this hash
};

// One folder with config.json: the model, or a compressor in it.
struct InstalledCheckpoint {
    std::filesystem::path folder;
    std::string name;
    std::optional<int> budget;
    std::string sha256; // as runs with it name it: checkpointSha256, budgetSha256 of a compressor
    std::vector<InstalledFile> files; // weights
    std::uint64_t float32Bytes = 0; // of all its tensors
};

struct InstalledModel {
    std::filesystem::path folder;
    bool found = false;
    std::optional<InstalledCheckpoint> base;
    std::vector<InstalledCheckpoint> compressors; // by budget, the smallest first
    bool hasCard = false; // README.md
    std::string problem; // why it cannot be used; empty: nothing
};

struct InstalledSuite {
    std::filesystem::path folder;
    std::string name;
    std::string version;
    int samples = 0;
    InstalledFile file; // suite.json
    bool hasReadme = false;
    int missingPictures = 0;
    std::string problem;
};

struct InstalledJournal {
    std::filesystem::path file; // empty: runs are not kept
    bool writable = false;
    std::uint64_t freeBytes = 0; // of its disk
};

struct Installation {
    std::string version;
    std::string libtorch;
    std::string instructionSet; // that LibTorch chose: "AVX512"
    bool avx2 = false;
    bool avx512 = false;
    bool avx512Bf16 = false;
    bool amxBf16 = false;
    int threads = 0; // that are used
    int hardwareThreads = 0;
    std::uint64_t memoryTotal = 0; // bytes; 0: unknown
    std::uint64_t memoryFree = 0; // that can be had without swapping
    InstalledModel model;
    std::vector<InstalledSuite> suites;
    std::vector<std::string> missingResources; // relative to the resources
    std::filesystem::path resources;
    InstalledJournal journal;
    std::optional<std::filesystem::path> gpuPlugin;
};

struct InstallationRequest {
    std::filesystem::path model;
    std::filesystem::path resources;
    std::filesystem::path journal; // file; empty: not asked about
    std::filesystem::path programs; // folder in which a GPU plug-in would lie
    // Of hashing the weights, 0 ... 1, every few milliseconds; false stops it.
    std::function<bool(double share)> goOn = {};
};

// Judges what was found. At most one row per topic, the order is fixed.
std::vector<CheckRow> checkRows(const Installation &installation);

// "ok       Processor  AVX512 …", one line per row, advice on a line below it.
std::string checkText(const std::vector<CheckRow> &rows);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/installation/look_around.h"

#include "core/engine/failure.h"
#include "core/vtcbench/suite_file.h"
#include "models/checkpoint/file_hashes.h"
#include "models/checkpoint/mapped_file.h"
#include "models/checkpoint/model_config.h"
#include "models/checkpoint/safetensors_format.h"
#include "qmop/memory.h"
#include "qmop/sha256.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace qmop {

namespace {

namespace fs = std::filesystem;

// What the processor can do and the system lets it, asked now, not when built.
void lookAtProcessor(Installation &found)
{
    found.instructionSet = at::get_cpu_capability();
#if defined(__x86_64__)
    __builtin_cpu_init();
    found.avx2 = __builtin_cpu_supports("avx2");
    found.avx512 = __builtin_cpu_supports("avx512f");
    found.avx512Bf16 = __builtin_cpu_supports("avx512bf16");
    found.amxBf16 = __builtin_cpu_supports("amx-bf16");
#endif
    found.hardwareThreads = int(std::thread::hardware_concurrency());
    found.threads = at::get_num_threads();
}

void lookAtMemory(Installation &found)
{
    const SystemMemory memory = systemMemory();
    found.memoryTotal = memory.total;
    found.memoryFree = memory.available;
}

std::string readText(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

InstalledFile lookAtFile(const fs::path &file, const std::string &sha256, const std::string &readme)
{
    InstalledFile found{file.filename().string(), fs::file_size(file), sha256, false};
    found.inReadme = readme.find(found.sha256) != std::string::npos;
    return found;
}

// The weights' hashing, told as it goes on.
class Hashing {
public:
    Hashing(std::function<bool(double)> goOn, std::uint64_t pieces)
        : m_goOn(std::move(goOn))
        , m_pieces(pieces)
    {
    }
    void step()
    {
        if (m_goOn && !m_goOn(double(m_done++) / double(std::max<std::uint64_t>(1, m_pieces))))
            throw Error(ErrorCode::Cancelled, "cancelled");
    }

private:
    std::function<bool(double)> m_goOn;
    std::uint64_t m_pieces;
    std::uint64_t m_done = 0;
};

InstalledCheckpoint lookAtCheckpoint(const fs::path &folder, const std::string &card, Hashing &hashing)
{
    const ModelConfig config = readModelConfig(folder);
    InstalledCheckpoint found;
    found.folder = folder;
    found.name = config.name;
    if (config.qmop)
        found.budget = config.qmop->budget;
    FileHashes hashes;
    found.sha256 = checkpointSha256(
        folder, [&hashing] { hashing.step(); }, hashes);
    for (const SafetensorsShard &shard : findSafetensors(folder)) {
        found.files.push_back(lookAtFile(shard.file, hashes.at(shard.file), card));
        const auto mapped = MappedFile::open(shard.file);
        for (const auto &[name, entry] : parseSafetensors(mapped->bytes(), shard.file.string()).entries)
            found.float32Bytes += entry.bytes / safetensorsTypeSize(entry.type) * sizeof(float);
    }
    return found;
}

InstalledModel lookAtModel(const fs::path &folder, const std::function<bool(double)> &goOn)
{
    InstalledModel model;
    model.folder = folder;
    std::error_code error;
    model.found = fs::exists(folder / "config.json", error);
    try {
        if (!model.found) {
            readModelConfig(folder); // says why
            return model;
        }
        const std::string card = readText(folder / "README.md");
        model.hasCard = !card.empty();
        std::set<fs::path> subfolders;
        for (const fs::directory_entry &entry : fs::directory_iterator(folder))
            if (entry.is_directory() && fs::exists(entry.path() / "config.json"))
                subfolders.insert(entry.path());
        std::uint64_t pieces = checkpointPieces(folder);
        for (const fs::path &subfolder : subfolders)
            pieces += checkpointPieces(subfolder);
        Hashing hashing(goOn, pieces);
        model.base = lookAtCheckpoint(folder, card, hashing);
        for (const fs::path &subfolder : subfolders) {
            model.compressors.push_back(lookAtCheckpoint(subfolder, card, hashing));
            std::string &hash = model.compressors.back().sha256;
            hash = budgetSha256(model.base->sha256, hash);
        }
        std::stable_sort(model.compressors.begin(), model.compressors.end(), [](const auto &left, const auto &right) {
            return left.budget.value_or(0) < right.budget.value_or(0);
        });
    } catch (...) {
        const Failure failure = describeFailure(std::current_exception());
        if (failure.code == ErrorCode::Cancelled)
            throw;
        model.problem = failure.what;
    }
    return model;
}

std::vector<InstalledSuite> lookAtSuites(const fs::path &folder)
{
    std::vector<InstalledSuite> suites;
    std::error_code error;
    std::set<fs::path> folders;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error) && fs::exists(entry.path() / "suite.json", error))
            folders.insert(entry.path());
    for (const fs::path &each : folders) {
        InstalledSuite found;
        found.folder = each;
        try {
            const std::string readme = readText(each / "README.md");
            found.hasReadme = !readme.empty();
            found.file = lookAtFile(each / "suite.json", sha256OfFile(each / "suite.json"), readme);
            const Suite suite = loadSuite(each);
            found.name = suite.name;
            found.version = suite.version;
            found.samples = int(suite.samples.size());
            std::set<std::string> pictures;
            for (const SuiteSample &sample : suite.samples)
                pictures.insert(sample.image);
            found.missingPictures = int(std::ranges::count_if(
                pictures, [&](const std::string &picture) { return !fs::exists(each / picture); }));
        } catch (...) {
            found.problem = describeFailure(std::current_exception()).what;
        }
        suites.push_back(std::move(found));
    }
    return suites;
}

InstalledJournal lookAtJournal(const fs::path &file)
{
    InstalledJournal journal;
    journal.file = file;
    if (file.empty())
        return journal;
    // The folder, too, may not be there yet: then the nearest one above it counts.
    std::error_code error;
    fs::path there = fs::exists(file, error) ? file : file.parent_path();
    while (!fs::exists(there, error) && there.has_parent_path() && there != there.parent_path())
        there = there.parent_path();
    journal.writable = ::access(there.c_str(), W_OK) == 0;
    const fs::space_info space = fs::space(there, error);
    journal.freeBytes = error ? 0 : space.available;
    return journal;
}

}

Installation lookAround(const InstallationRequest &request)
{
    Installation found;
    found.version = QMOP_VERSION;
    found.libtorch = TORCH_VERSION;
    lookAtProcessor(found);
    lookAtMemory(found);
    found.model = lookAtModel(request.model, request.goOn);
    found.suites = lookAtSuites(request.resources / "suites");
    found.resources = request.resources;
    std::error_code error;
    for (const char *name : {"samples/samples.json", "guide/README.md", "icons/qmop-explorer.svg", "scenes/sprites.png",
                             "suites", "recipes"})
        if (!fs::exists(request.resources / name, error))
            found.missingResources.emplace_back(name);
    found.journal = lookAtJournal(request.journal);
    for (const fs::path &folder : {request.programs, request.programs / "../lib/qmop-explorer"})
        if (!found.gpuPlugin && !request.programs.empty() && fs::exists(folder / "libqmop_cuda.so", error))
            found.gpuPlugin = folder / "libqmop_cuda.so";
    return found;
}

} // namespace qmop

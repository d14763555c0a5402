// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/file_hashes.h"

#include "models/checkpoint/mapped_file.h"
#include "models/checkpoint/safetensors_format.h"
#include "qmop/sha256.h"

#include <algorithm>
#include <set>

namespace qmop {

namespace {

constexpr std::size_t piece = 16 << 20;

std::set<std::filesystem::path> hashedFiles(const std::filesystem::path &folder)
{
    std::set<std::filesystem::path> files;
    for (const SafetensorsShard &shard : findSafetensors(folder))
        files.insert(shard.file);
    for (const char *name :
         {"config.json", "model.safetensors.index.json", "preprocessor_config.json", "tokenizer.json"})
        if (std::filesystem::is_regular_file(folder / name))
            files.insert(folder / name);
    return files;
}

} // namespace

std::uint64_t checkpointPieces(const std::filesystem::path &folder)
{
    std::uint64_t pieces = 0;
    for (const std::filesystem::path &file : hashedFiles(folder))
        pieces += (std::filesystem::file_size(file) + piece - 1) / piece;
    return pieces;
}

std::string checkpointSha256(const std::filesystem::path &folder, const StopCheck &stop, FileHashes &hashes)
{
    Sha256 all;
    for (const std::filesystem::path &path : hashedFiles(folder)) {
        const auto file = MappedFile::open(path);
        Sha256 hash;
        for (std::size_t begin = 0; begin < file->bytes().size(); begin += piece) {
            if (stop)
                stop();
            hash.update(file->bytes().subspan(begin, std::min(piece, file->bytes().size() - begin)));
        }
        const std::string hex = hash.hex();
        all.update(hex + "  " + path.filename().string() + "\n");
        hashes[path] = hex;
    }
    return all.hex();
}

std::string checkpointSha256(const std::filesystem::path &folder, const StopCheck &stop)
{
    FileHashes hashes;
    return checkpointSha256(folder, stop, hashes);
}

std::string budgetSha256(const std::string &base, const std::filesystem::path &budgetFolder, const StopCheck &stop)
{
    return budgetSha256(base, checkpointSha256(budgetFolder, stop));
}

std::string budgetSha256(const std::string &base, const std::string &budgetHash)
{
    return sha256Hex(base + "\n" + budgetHash + "\n");
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/checkpoint_hash.h"

#include "models/checkpoint/mapped_file.h"
#include "models/checkpoint/safetensors_format.h"
#include "qmop/sha256.h"

#include <algorithm>
#include <set>

namespace qmop {

std::string checkpointSha256(const std::filesystem::path &folder, const StopCheck &stop)
{
    std::set<std::filesystem::path> files;
    for (const SafetensorsShard &shard : findSafetensors(folder))
        files.insert(shard.file);
    for (const char *name :
         {"config.json", "model.safetensors.index.json", "preprocessor_config.json", "tokenizer.json"})
        if (std::filesystem::is_regular_file(folder / name))
            files.insert(folder / name);
    Sha256 all;
    for (const std::filesystem::path &path : files) {
        const auto file = MappedFile::open(path);
        Sha256 hash;
        constexpr std::size_t piece = 16 << 20;
        for (std::size_t begin = 0; begin < file->bytes().size(); begin += piece) {
            if (stop)
                stop();
            hash.update(file->bytes().subspan(begin, std::min(piece, file->bytes().size() - begin)));
        }
        all.update(hash.hex() + "  " + path.filename().string() + "\n");
    }
    return all.hex();
}

std::string budgetSha256(const std::string &base, const std::filesystem::path &budgetFolder, const StopCheck &stop)
{
    return sha256Hex(base + "\n" + checkpointSha256(budgetFolder, stop) + "\n");
}

} // namespace qmop

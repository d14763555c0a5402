// SPDX-License-Identifier: GPL-3.0-or-later
//
// A checkpoint's hash with those of its files, and how far hashing is.
#pragma once

#include "models/checkpoint/checkpoint_hash.h"

#include <cstdint>
#include <map>

namespace qmop {

using FileHashes = std::map<std::filesystem::path, std::string>;

// checkpointSha256() that also gives the hash of every file that it read.
std::string checkpointSha256(const std::filesystem::path &folder, const StopCheck &stop, FileHashes &hashes);

// How often it polls `stop`.
std::uint64_t checkpointPieces(const std::filesystem::path &folder);

} // namespace qmop

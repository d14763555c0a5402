// SPDX-License-Identifier: GPL-3.0-or-later
//
// The safetensors container without tensors: 8 bytes little-endian header
// length, a JSON header, the data. Follows the checks of the reference reader
// (github.com/huggingface/safetensors), and does not trust one byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

enum class SafetensorsType : std::uint8_t { Bool, U8, I8, I16, I32, I64, F16, BF16, F32, F64 };

std::string_view safetensorsTypeKey(SafetensorsType type); // "BF16"
std::size_t safetensorsTypeSize(SafetensorsType type); // bytes per value

struct SafetensorsEntry {
    SafetensorsType type = SafetensorsType::F32;
    std::vector<std::int64_t> shape;
    std::size_t begin = 0; // first byte, from the start of the file
    std::size_t bytes = 0;
};

struct SafetensorsHeader {
    std::map<std::string, SafetensorsEntry, std::less<>> entries;
    std::map<std::string, std::string> metadata;
};

inline constexpr std::size_t maxSafetensorsHeader = 100'000'000; // bytes

// `file` is the whole file; `name` stands in front of every message. Throws
// Error{InvalidModel}: truncated file, header longer than the file or than 100
// MB, bad JSON, duplicate names, unknown dtype, negative or overflowing shape,
// data range that does not match the shape, lies outside the file, overlaps
// another or leaves a gap; pickle, zip and other formats by their first bytes.
SafetensorsHeader parseSafetensors(std::span<const std::byte> file, const std::string &name);

// The header (length included) that puts the entries' data in the order given;
// entries' begin is ignored. Data starts at a multiple of 8 bytes.
std::string makeSafetensorsHeader(const std::vector<std::pair<std::string, SafetensorsEntry>> &entries,
                                  const std::map<std::string, std::string> &metadata);

// The safetensors files of a checkpoint folder and which tensors to take from
// each: model.safetensors, or the shards of model.safetensors.index.json.
struct SafetensorsShard {
    std::filesystem::path file;
    std::vector<std::string> tensors; // empty: all
};

// Throws Error{InvalidModel}: nothing there, an index that leaves the folder,
// or only pickles (.bin, .pt, .pth, .ckpt, .pkl), which are never opened.
std::vector<SafetensorsShard> findSafetensors(const std::filesystem::path &folder);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/safetensors_format.h"

#include "models/checkpoint/strict_json.h"
#include "qmop/error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>

namespace qmop {

namespace {

using json = nlohmann::json;

constexpr std::size_t lengthBytes = 8;
constexpr std::size_t maxIndexBytes = 64'000'000;
constexpr std::size_t maxDimensions = 8;

struct TypeInfo {
    std::string_view key;
    std::size_t size;
};

// Indexed by SafetensorsType.
constexpr std::array<TypeInfo, 10> types{{{"BOOL", 1},
                                          {"U8", 1},
                                          {"I8", 1},
                                          {"I16", 2},
                                          {"I32", 4},
                                          {"I64", 8},
                                          {"F16", 2},
                                          {"BF16", 2},
                                          {"F32", 4},
                                          {"F64", 8}}};

[[noreturn]] void fail(const std::string &name, const std::string &what)
{
    throw Error(ErrorCode::InvalidModel, name + ": " + what,
                "the file is damaged or not a safetensors file: copy or download it again");
}

[[noreturn]] void failPickle(const std::string &name, const std::string &what)
{
    throw Error(ErrorCode::InvalidModel, name + ": " + what,
                "pickles can run code and are never opened: convert the weights to safetensors");
}

std::optional<SafetensorsType> typeFromKey(std::string_view key)
{
    for (std::size_t i = 0; i < types.size(); ++i)
        if (types[i].key == key)
            return SafetensorsType(i);
    return std::nullopt;
}

// Says what a file really is where its first bytes tell.
void refuseOtherFormats(std::span<const std::byte> file, const std::string &name)
{
    auto startsWith = [&](std::string_view magic) {
        return file.size() >= magic.size() && std::memcmp(file.data(), magic.data(), magic.size()) == 0;
    };
    if (startsWith("PK\x03\x04"))
        failPickle(name, "a zip archive (PyTorch .bin or .pt), not a safetensors file");
    // Protocols 2 to 5; as a header length these would need byte 3 ff. to be small, which `}q` or `.` is not.
    if (file.size() >= 3 && file[0] == std::byte{0x80} && file[1] >= std::byte{2} && file[1] <= std::byte{5}
        && (file.size() < lengthBytes + 1 || file[lengthBytes] != std::byte{'{'}))
        failPickle(name, "a Python pickle, not a safetensors file");
    if (startsWith("GGUF"))
        fail(name, "a GGUF file, not a safetensors file");
    if (startsWith("version https://git-lfs"))
        throw Error(ErrorCode::InvalidModel, name + ": a Git LFS pointer, not the weights themselves",
                    "fetch the file's contents with: git lfs pull");
}

std::uint64_t littleEndian64(std::span<const std::byte> bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < lengthBytes; ++i)
        value |= std::uint64_t(bytes[i]) << (8 * i);
    return value;
}

// The header's JSON text, with every length checked against the file.
std::string_view headerText(std::span<const std::byte> file, const std::string &name)
{
    if (file.empty())
        fail(name, "the file is empty");
    refuseOtherFormats(file, name);
    if (file.size() < lengthBytes)
        fail(name, "truncated: shorter than a safetensors header");
    const std::uint64_t length = littleEndian64(file);
    if (length > maxSafetensorsHeader)
        fail(name, "header length of " + std::to_string(length) + " bytes is over the limit of 100 MB");
    if (length > file.size() - lengthBytes)
        fail(name, "header length of " + std::to_string(length) + " bytes reaches beyond the file");
    const std::string_view text(reinterpret_cast<const char *>(file.data()) + lengthBytes, std::size_t(length));
    if (text.empty() || text.front() != '{')
        fail(name, "the header does not begin with {");
    return text;
}

// Bytes of a shape, or nothing where it overflows.
std::optional<std::size_t> shapeBytes(const std::vector<std::int64_t> &shape, SafetensorsType type)
{
    std::size_t bytes = safetensorsTypeSize(type);
    for (std::int64_t size : shape)
        if (__builtin_mul_overflow(bytes, std::size_t(size), &bytes))
            return std::nullopt;
    // Tensor libraries count in signed 64-bit integers.
    if (bytes > std::size_t(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return bytes;
}

SafetensorsEntry parseEntry(const json &value, const std::string &where)
{
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape")
        || !value.contains("data_offsets"))
        fail(where, "needs exactly dtype, shape and data_offsets");
    const json &typeValue = value["dtype"];
    const json &shapeValue = value["shape"];
    const json &offsets = value["data_offsets"];

    const auto type = typeValue.is_string() ? typeFromKey(typeValue.get_ref<const std::string &>()) : std::nullopt;
    if (!type)
        fail(where, "unsupported dtype " + typeValue.dump(-1, ' ', true).substr(0, 40));
    SafetensorsEntry entry;
    entry.type = *type;

    if (!shapeValue.is_array() || shapeValue.size() > maxDimensions)
        fail(where, "shape is not a list of at most 8 sizes");
    for (const json &size : shapeValue) {
        if (!size.is_number_unsigned()
            || size.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
            fail(where, "shape holds something that is not a size");
        entry.shape.push_back(size.get<std::int64_t>());
    }

    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned()
        || !offsets[1].is_number_unsigned())
        fail(where, "data_offsets is not a pair of positions");
    const auto begin = offsets[0].get<std::uint64_t>();
    const auto end = offsets[1].get<std::uint64_t>();
    if (end < begin)
        fail(where, "data_offsets end before they begin");
    const auto expected = shapeBytes(entry.shape, entry.type);
    if (!expected)
        fail(where, "the shape's size overflows");
    if (end - begin != *expected)
        fail(where,
             "data_offsets span " + std::to_string(end - begin) + " bytes, but the shape needs "
                 + std::to_string(*expected));
    entry.begin = std::size_t(begin);
    entry.bytes = *expected;
    return entry;
}

void readMetadata(const json &value, const std::string &name, std::map<std::string, std::string> &metadata)
{
    if (!value.is_object())
        fail(name, "__metadata__ is not an object");
    for (const auto &[key, text] : value.items()) {
        if (!text.is_string())
            fail(name, "__metadata__ holds something that is not text");
        metadata[key] = text.get<std::string>();
    }
}

// The data must cover the rest of the file without overlaps and gaps.
void checkLayout(const SafetensorsHeader &header, std::size_t dataBytes, const std::string &name)
{
    using Named = std::pair<const std::string, SafetensorsEntry>;
    std::vector<const Named *> order;
    for (const Named &entry : header.entries)
        order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const Named *a, const Named *b) {
        return std::pair(a->second.begin, a->second.bytes) < std::pair(b->second.begin, b->second.bytes);
    });
    std::size_t position = 0;
    for (const Named *entry : order) {
        const SafetensorsEntry &range = entry->second;
        if (range.begin > dataBytes || range.bytes > dataBytes - range.begin)
            fail(name, "truncated: tensor " + entry->first + " reaches beyond the file");
        if (range.begin < position)
            fail(name, "tensor " + entry->first + " overlaps another");
        if (range.begin > position)
            fail(name, "gap in the data before tensor " + entry->first);
        position = range.begin + range.bytes;
    }
    if (position != dataBytes)
        fail(name, std::to_string(dataBytes - position) + " bytes after the last tensor belong to none");
}

bool isPickleName(const std::filesystem::path &path)
{
    const std::string extension = path.extension().string();
    constexpr std::array<std::string_view, 6> pickles{".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"};
    return std::find(pickles.begin(), pickles.end(), extension) != pickles.end();
}

std::vector<SafetensorsShard> readIndex(const std::filesystem::path &index)
{
    const json document = readStrictJson(index, maxIndexBytes);
    if (!document.is_object() || !document.contains("weight_map") || !document["weight_map"].is_object())
        fail(index.string(), "has no weight_map");
    std::map<std::string, std::vector<std::string>> tensorsOfFile;
    for (const auto &[tensor, file] : document["weight_map"].items()) {
        if (!file.is_string())
            fail(index.string(), "weight_map names something that is not a file");
        tensorsOfFile[file.get<std::string>()].push_back(tensor);
    }
    std::vector<SafetensorsShard> shards;
    for (auto &[file, tensors] : tensorsOfFile) {
        const std::filesystem::path path(file);
        if (isPickleName(path))
            failPickle(index.string(), "names the pickle " + file);
        if (path.extension() != ".safetensors" || path.has_parent_path() || file.find('\0') != std::string::npos)
            fail(index.string(), "names a shard that is not a safetensors file of this folder");
        shards.push_back({index.parent_path() / path, std::move(tensors)});
    }
    return shards;
}

}

std::string_view safetensorsTypeKey(SafetensorsType type)
{
    return types[std::size_t(type)].key;
}

std::size_t safetensorsTypeSize(SafetensorsType type)
{
    return types[std::size_t(type)].size;
}

SafetensorsHeader parseSafetensors(std::span<const std::byte> file, const std::string &name)
{
    const std::string_view text = headerText(file, name);
    const json document = parseStrictJson(text, name + ": header", 6);
    if (!document.is_object())
        fail(name, "the header is not a JSON object");
    SafetensorsHeader header;
    for (const auto &[key, value] : document.items()) {
        if (key == "__metadata__")
            readMetadata(value, name, header.metadata);
        else
            header.entries.emplace(key, parseEntry(value, name + ": tensor " + key));
    }
    const std::size_t dataBegin = lengthBytes + text.size();
    checkLayout(header, file.size() - dataBegin, name);
    for (auto &[key, entry] : header.entries)
        entry.begin += dataBegin;
    return header;
}

std::string makeSafetensorsHeader(const std::vector<std::pair<std::string, SafetensorsEntry>> &entries,
                                  const std::map<std::string, std::string> &metadata)
{
    json document = json::object();
    if (!metadata.empty())
        document["__metadata__"] = metadata;
    std::size_t position = 0;
    for (const auto &[name, entry] : entries) {
        document[name] = {{"dtype", safetensorsTypeKey(entry.type)},
                          {"shape", entry.shape},
                          {"data_offsets", {position, position + entry.bytes}}};
        position += entry.bytes;
    }
    std::string text = document.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string header;
    for (std::size_t i = 0; i < lengthBytes; ++i)
        header += char((std::uint64_t(text.size()) >> (8 * i)) & 0xff);
    return header + text;
}

std::vector<SafetensorsShard> findSafetensors(const std::filesystem::path &folder)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (isPickleName(folder))
        failPickle(folder.string(), "a pickle, not a checkpoint folder");
    if (!fs::is_directory(folder, error))
        throw Error(ErrorCode::InvalidModel, folder.string() + ": no such folder",
                    "give the folder that holds config.json and model.safetensors");
    if (fs::exists(folder / "model.safetensors", error))
        return {{folder / "model.safetensors", {}}};
    if (fs::exists(folder / "model.safetensors.index.json", error))
        return readIndex(folder / "model.safetensors.index.json");
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, error))
        if (isPickleName(entry.path()))
            failPickle(entry.path().string(), "the folder has no model.safetensors, only this pickle");
    throw Error(ErrorCode::InvalidModel, folder.string() + ": has no model.safetensors",
                "give the folder of a complete checkpoint");
}

} // namespace qmop

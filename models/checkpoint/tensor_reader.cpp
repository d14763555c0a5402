// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/tensor_reader.h"

#include "models/checkpoint/mapped_file.h"
#include "models/checkpoint/safetensors_format.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <sstream>

namespace qmop {

namespace {

at::ScalarType scalarType(SafetensorsType type)
{
    switch (type) {
    case SafetensorsType::Bool:
        return at::kBool;
    case SafetensorsType::U8:
        return at::kByte;
    case SafetensorsType::I8:
        return at::kChar;
    case SafetensorsType::I16:
        return at::kShort;
    case SafetensorsType::I32:
        return at::kInt;
    case SafetensorsType::I64:
        return at::kLong;
    case SafetensorsType::F16:
        return at::kHalf;
    case SafetensorsType::BF16:
        return at::kBFloat16;
    case SafetensorsType::F32:
        return at::kFloat;
    case SafetensorsType::F64:
        return at::kDouble;
    }
    return at::kFloat;
}

at::Tensor tensorOver(const std::shared_ptr<const MappedFile> &file, const SafetensorsEntry &entry)
{
    const auto options = at::TensorOptions(scalarType(entry.type));
    if (entry.bytes == 0)
        return at::empty(entry.shape, options);
    // from_blob wants a mutable pointer; the map is read-only, so a write is a fault and not a silent change.
    auto *data = const_cast<std::byte *>(file->bytes().data() + entry.begin);
    at::Tensor tensor = at::from_blob(
        data, entry.shape, [file](void *) {}, options);
    // The format only promises byte alignment.
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % safetensorsTypeSize(entry.type) == 0;
    return aligned ? tensor : tensor.clone();
}

void addTensors(const SafetensorsShard &shard, TensorMap &tensors)
{
    const auto file = MappedFile::open(shard.file);
    const SafetensorsHeader header = parseSafetensors(file->bytes(), shard.file.string());
    if (shard.tensors.empty()) {
        for (const auto &[name, entry] : header.entries)
            tensors[name] = tensorOver(file, entry);
        return;
    }
    for (const std::string &name : shard.tensors) {
        const auto found = header.entries.find(name);
        if (found == header.entries.end())
            throw Error(ErrorCode::InvalidModel, shard.file.string() + ": lacks tensor " + name + " of the index",
                        "shards and index do not belong together: copy or download the checkpoint again");
        tensors[name] = tensorOver(file, found->second);
    }
}

std::string shapeText(at::IntArrayRef shape)
{
    std::ostringstream text;
    text << shape;
    return text.str();
}

}

TensorMap readTensors(const std::filesystem::path &folder, const LoadProgress &progress, const StopCheck &stop)
{
    const std::vector<SafetensorsShard> shards = findSafetensors(folder);
    std::error_code missing; // reported by addTensors, with the file's name
    auto sizeOf = [&](const SafetensorsShard &shard) {
        const auto size = std::filesystem::file_size(shard.file, missing);
        return missing ? std::int64_t(0) : std::int64_t(size);
    };
    std::int64_t total = 0;
    for (const SafetensorsShard &shard : shards)
        total += sizeOf(shard);
    TensorMap tensors;
    std::int64_t done = 0;
    for (const SafetensorsShard &shard : shards) {
        if (stop)
            stop();
        if (progress)
            progress(done, total);
        addTensors(shard, tensors);
        done += sizeOf(shard);
    }
    if (progress)
        progress(total, total);
    return tensors;
}

TensorMap readTensorFile(const std::filesystem::path &file)
{
    TensorMap tensors;
    addTensors({file, {}}, tensors);
    return tensors;
}

TensorMap overlay(TensorMap base, const TensorMap &over)
{
    for (const auto &[name, tensor] : over)
        base.insert_or_assign(name, tensor);
    return base;
}

TensorMap toComputeType(const TensorMap &tensors, at::ScalarType type, const LoadProgress &progress,
                        const StopCheck &stop)
{
    const std::int64_t total = totalBytes(tensors);
    std::int64_t done = 0;
    TensorMap converted;
    for (const auto &[name, tensor] : tensors) {
        if (stop)
            stop();
        converted.emplace_hint(converted.end(), name, tensor.is_floating_point() ? tensor.to(type) : tensor);
        done += std::int64_t(tensor.nbytes());
        if (progress)
            progress(done, total);
    }
    return converted;
}

std::int64_t totalBytes(const TensorMap &tensors)
{
    std::int64_t total = 0;
    for (const auto &[name, tensor] : tensors)
        total += std::int64_t(tensor.nbytes());
    return total;
}

void requireShape(const WeightScope &scope, std::string_view name, at::IntArrayRef shape)
{
    const at::Tensor &tensor = scope[name];
    const std::string full = "tensor " + scope.prefix() + std::string(name);
    const char *const hint = "the checkpoint does not match its config.json: use a complete one";
    if (!tensor.is_floating_point())
        throw Error(ErrorCode::InvalidModel,
                    full + " has dtype " + std::string(c10::toString(tensor.scalar_type()))
                        + ", not a floating-point one",
                    hint);
    if (tensor.sizes() != shape)
        throw Error(ErrorCode::InvalidModel,
                    full + " has shape " + shapeText(tensor.sizes()) + ", expected " + shapeText(shape), hint);
}

} // namespace qmop

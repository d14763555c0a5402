// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/tensor_writer.h"

#include "models/checkpoint/safetensors_format.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace qmop {

namespace {

SafetensorsType storedType(at::ScalarType type, const std::string &name)
{
    switch (type) {
    case at::kBool:
        return SafetensorsType::Bool;
    case at::kByte:
        return SafetensorsType::U8;
    case at::kChar:
        return SafetensorsType::I8;
    case at::kShort:
        return SafetensorsType::I16;
    case at::kInt:
        return SafetensorsType::I32;
    case at::kLong:
        return SafetensorsType::I64;
    case at::kHalf:
        return SafetensorsType::F16;
    case at::kBFloat16:
        return SafetensorsType::BF16;
    case at::kFloat:
        return SafetensorsType::F32;
    case at::kDouble:
        return SafetensorsType::F64;
    default:
        break;
    }
    throw Error(ErrorCode::Internal, "tensor " + name + " has a type that safetensors cannot store");
}

}

void writeSafetensors(const std::filesystem::path &file, const TensorMap &tensors,
                      const std::map<std::string, std::string> &metadata, std::optional<at::ScalarType> type)
{
    using Named = std::pair<std::string, SafetensorsEntry>;
    std::vector<Named> entries;
    for (const auto &[name, tensor] : tensors) {
        SafetensorsEntry entry;
        entry.type = storedType(type && tensor.is_floating_point() ? *type : tensor.scalar_type(), name);
        entry.shape = tensor.sizes().vec();
        entry.bytes = std::size_t(tensor.numel()) * safetensorsTypeSize(entry.type);
        entries.emplace_back(name, entry);
    }
    // Keeps every tensor aligned to its element size.
    std::stable_sort(entries.begin(), entries.end(), [](const Named &a, const Named &b) {
        return safetensorsTypeSize(a.second.type) > safetensorsTypeSize(b.second.type);
    });

    AtomicFile output(file);
    output.write(makeSafetensorsHeader(entries, metadata));
    for (const auto &[name, entry] : entries) {
        at::Tensor tensor = tensors.find(name)->second.detach();
        if (type && tensor.is_floating_point())
            tensor = tensor.to(*type);
        tensor = tensor.cpu().contiguous();
        output.write(tensor.const_data_ptr(), entry.bytes);
    }
    output.commit();
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writing checkpoints: the counterpart of tensor_reader.h.
#pragma once

#include "models/checkpoint/weights.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace qmop {

// Writes all tensors into one safetensors file, atomically (see qmop/atomic_file.h):
// larger types first, then by name, so that the same tensors give the same
// bytes. With `type`, floating-point tensors are converted on the way. Throws
// Error{OutputFailed} naming the file; what was there before is untouched.
void writeSafetensors(const std::filesystem::path &file, const TensorMap &tensors,
                      const std::map<std::string, std::string> &metadata = {},
                      std::optional<at::ScalarType> type = std::nullopt);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tensors of a checkpoint, read by mapping the files into memory.
#pragma once

#include "models/checkpoint/checkpoint_hash.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace qmop {

// Bytes so far and in all.
using LoadProgress = std::function<void(std::int64_t done, std::int64_t total)>;

// All tensors of a checkpoint folder: model.safetensors, or the shards that
// model.safetensors.index.json names. The tensors lie over read-only maps that
// live as long as they do: never write to them (training clones what it
// trains). Throws Error{InvalidModel} naming the file.
TensorMap readTensors(const std::filesystem::path &folder, const LoadProgress &progress = {},
                      const StopCheck &stop = {});

// One safetensors file.
TensorMap readTensorFile(const std::filesystem::path &file);

// The base's tensors with those of `over` added or put in their place: what a
// compressor's subfolder changes. Copies handles, not data.
TensorMap overlay(TensorMap base, const TensorMap &over);

// Floating-point tensors in another type (copies where the type differs): for
// CPUs on which the stored type is slow.
TensorMap toComputeType(const TensorMap &tensors, at::ScalarType type, const LoadProgress &progress = {},
                        const StopCheck &stop = {});

std::int64_t totalBytes(const TensorMap &tensors);

// Throws Error{InvalidModel} naming the tensor when scope[name] is missing, is
// not floating-point or has another shape.
void requireShape(const WeightScope &scope, std::string_view name, at::IntArrayRef shape);

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which tensors a checkpoint must hold, from its config.json: a wrong file is
// refused when it is loaded, with its name, and not in the middle of a run.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace qmop {

struct ExpectedTensor {
    std::vector<std::int64_t> shape;
    bool optional = false; // checked only where it is present
};

// By Hugging Face name: towers, MLP and decoder; with config.qmop also the
// branches and the router. Without a text tower (LLaVA's own checkpoints) its
// tensors are not expected.
std::map<std::string, ExpectedTensor> expectedTensors(const ModelConfig &config);

// Throws Error{InvalidModel} naming folder and tensor: missing, of another shape
// or not floating-point. Tensors that nobody expects are allowed.
void requireTensors(const TensorMap &tensors, const ModelConfig &config, const std::filesystem::path &folder);

} // namespace qmop

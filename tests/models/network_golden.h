// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading tests/golden/*_golden.safetensors (written by make_network_golden.py)
// and comparing with them.
#pragma once

#include "models/checkpoint/tensor_reader.h"

#include <ATen/ATen.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace qmop {

// Weights in float32 (stored in bfloat16, which float32 holds exactly).
inline TensorMap readGolden(const char *name)
{
    const std::filesystem::path file = std::filesystem::path(QMOP_SOURCE_DIR) / "tests" / "golden" / name;
    return toComputeType(readTensorFile(file), at::kFloat);
}

// Largest difference over the largest expected magnitude; infinite for another shape or NaN.
inline double maxRelativeError(const at::Tensor &actual, const at::Tensor &expected)
{
    if (actual.sizes() != expected.sizes())
        return std::numeric_limits<double>::infinity();
    const at::Tensor wide = expected.to(at::kDouble);
    const double error = ((actual.to(at::kDouble) - wide).abs().max() / wide.abs().max()).item<double>();
    return error == error ? error : std::numeric_limits<double>::infinity();
}

inline double reportPart(const std::string &part, const at::Tensor &actual, const at::Tensor &expected)
{
    const double error = maxRelativeError(actual, expected);
    std::printf("golden %-32s max relative error %.2e (limit 1e-4)\n", part.c_str(), error);
    std::fflush(stdout);
    return error;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// In which type training computes on this machine.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace qmop::train {

// bfloat16 where the CPU multiplies it in tiles (AMX), else float32.
at::ScalarType fastType();

// "auto", "bf16", "f32". Throws Error{InvalidArgument} for other names.
at::ScalarType typeFromName(const std::string &name);
std::string typeName(at::ScalarType type);

// Runs a scope under autocast on the CPU where `type` is bfloat16. Weights stay
// float32; their casts are cached until the scope ends.
class AutocastScope {
public:
    explicit AutocastScope(at::ScalarType type);
    ~AutocastScope();
    AutocastScope(const AutocastScope &) = delete;
    AutocastScope &operator=(const AutocastScope &) = delete;

private:
    bool m_before;
    at::ScalarType m_typeBefore;
};

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The number type that the networks compute in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace qmop {

enum class Precision : std::uint8_t {
    Automatic, // the engine's choice for the model and the processor
    Float32,
    BFloat16, // half the memory for weights, and for keys and values; rounds to 8 bits
};

// "auto", "float32", "bfloat16".
std::string_view precisionKey(Precision precision);
std::optional<Precision> precisionFromKey(std::string_view key);

} // namespace qmop

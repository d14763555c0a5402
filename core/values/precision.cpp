// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/precision.h"

#include <array>

namespace qmop {

namespace {
constexpr std::array<std::string_view, 3> keys{"auto", "float32", "bfloat16"};
}

std::string_view precisionKey(Precision precision)
{
    return keys[std::size_t(precision)];
}

std::optional<Precision> precisionFromKey(std::string_view key)
{
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i] == key)
            return Precision(i);
    return std::nullopt;
}

} // namespace qmop

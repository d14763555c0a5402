// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/suite.h"

namespace qmop {

namespace {
constexpr std::array<std::string_view, dimensionCount> keys{"GU", "SC", "RC", "SE", "LD"};
constexpr std::array<std::string_view, dimensionCount> titles{"Global understanding", "Spatial and counting",
                                                              "Reasoning and common sense", "Style and emotion",
                                                              "Local details"};
}

std::string_view dimensionKey(Dimension dimension)
{
    return keys[std::size_t(dimension)];
}

std::string_view dimensionTitle(Dimension dimension)
{
    return titles[std::size_t(dimension)];
}

std::optional<Dimension> dimensionFromKey(std::string_view key)
{
    for (Dimension dimension : allDimensions)
        if (dimensionKey(dimension) == key)
            return dimension;
    return std::nullopt;
}

} // namespace qmop

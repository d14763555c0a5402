// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/branch.h"

namespace qmop {

namespace {
constexpr std::array<std::string_view, branchCount> branchKeys{"pool", "resample", "prune"};
constexpr std::array<std::string_view, 3> fusionKeys{"top2", "threshold", "soft"};
}

std::string_view branchKey(Branch branch)
{
    return branchKeys[std::size_t(branch)];
}

std::optional<Branch> branchFromKey(std::string_view key)
{
    for (Branch branch : allBranches)
        if (branchKey(branch) == key)
            return branch;
    return std::nullopt;
}

std::string_view fusionKey(FusionMode mode)
{
    return fusionKeys[std::size_t(mode)];
}

std::optional<FusionMode> fusionFromKey(std::string_view key)
{
    for (FusionMode mode : {FusionMode::Top2, FusionMode::Threshold, FusionMode::Soft})
        if (fusionKey(mode) == key)
            return mode;
    return std::nullopt;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/patch_grid.h"

#include <cstddef>

namespace qmop {

// Nothing of the picture lies in it.
inline bool isPaddingPatch(const PatchGrid &grid, std::size_t patch)
{
    return patch < grid.isPadding.size() && grid.isPadding[patch];
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a plan to pixels and labels.
#pragma once

#include "core/scenes/atlas.h"
#include "core/scenes/canvas.h"
#include "core/scenes/plan.h"

#include <cstdint>
#include <vector>

namespace qmop::scenes {

// The parts of the scene over what the canvas holds. Where the canvas keeps
// owners, part i of plan.objects owns its pixels as i + 1.
void drawObjects(const Plan &plan, const Atlas &atlas, Canvas &canvas);

// Part of every patch from the owners at 128 px, 0 for none: the one that owns most
// pixels of it, at least a quarter of the patch; a part too small for that owns
// the patch where it has most. [16 * 16]
std::vector<std::uint8_t> labelPatches(const Plan &plan, const std::vector<std::uint8_t> &owners);

// Character of every patch of a sign: the one whose box covers most of it,
// at least 3 px each way. [16 * 16]
std::vector<std::uint8_t> labelCharacters(const Plan &plan);

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the parts of a scene go: on a jittered grid, so that none covers another.
#pragma once

#include "core/scenes/plan.h"

namespace qmop::scenes {

// Adds `parts` (class indices of objects, faces and small shapes) to
// plan.objects and, in two pictures of three, a sign with its text.
void layOut(Random &random, Plan &plan, std::vector<int> parts, const Atlas &atlas);

// A page for learning to read: four to six signs with two or three random
// letters and digits each, and the first of `parts`.
void layOutReading(Random &random, Plan &plan, std::vector<int> parts, const Atlas &atlas);

} // namespace qmop::scenes

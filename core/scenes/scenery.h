// SPDX-License-Identifier: GPL-3.0-or-later
//
// Backgrounds: eight places by day or by night, in four kinds of weather.
#pragma once

#include "core/scenes/canvas.h"
#include "core/scenes/plan.h"

namespace qmop::scenes {

// Fills the whole canvas.
void drawScenery(const Plan &plan, Canvas &canvas);

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Colours under a sky: by night darker and bluer, under clouds greyer.
#pragma once

#include "core/scenes/canvas.h"
#include "core/scenes/plan.h"

namespace qmop::scenes {

struct Light {
    bool night = false;
    int weather = Clear;
    int shift = 0; // -12 ... 12: of this picture's colours

    Rgb operator()(Rgb colour) const;
    Rgb skyTop() const;
    Rgb skyBottom() const;
};

// Sky down to `bottom`, with sun or moon, stars, clouds.
void drawSky(Random &random, const Light &light, int bottom, Canvas &canvas);
// Rain or snow over the whole picture; fainter where only lines will be left of it.
void drawWeather(Random &random, const Light &light, bool asLines, Canvas &canvas);

} // namespace qmop::scenes

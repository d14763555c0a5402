// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where in a scene lies what a question asks for, or a class.
#pragma once

#include "core/scenes/scene.h"

#include <cstdint>
#include <vector>

namespace qmop::scenes {

// 1 where a patch shows one of the classes: [labelCount], raster order.
std::vector<std::uint8_t> patchesShowing(const Scene &scene, const std::vector<int> &classes);

// 1 where a patch shows one of the classes that the question names: [labelCount], raster
// order. Empty where the question names none, or no patch shows any of them.
std::vector<std::uint8_t> askedPatches(const Scene &scene, const Question &question);

} // namespace qmop::scenes

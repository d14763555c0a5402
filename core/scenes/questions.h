// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every question that a planned scene can answer.
#pragma once

#include "core/scenes/plan.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qmop::scenes {

// The question type of "what could you ...?" for a category and its name.
const std::vector<std::pair<Category, std::string>> &affordances();

// "top left", "top right", "bottom left", "bottom right"; empty near the middle lines.
std::string cornerOf(const SceneObject &object);

std::vector<Question> makeQuestions(const Plan &plan);

} // namespace qmop::scenes

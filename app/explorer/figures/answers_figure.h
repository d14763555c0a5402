// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plot of a benchmark's answers between window and recipe.
#pragma once

#include "app/explorer/figures/figure_store.h"

#include <memory>
#include <optional>
#include <string>

namespace qmop {

// `stripNames`: without the names of the suite's pictures.
std::string answersRecipe(const AnswersView &view, const FigureLook &look, bool stripNames);
// Not set: the recipe is of a run. Throws Error{InvalidSession, InvalidSuite} where it is damaged.
std::optional<OpenedFigure> openAnswers(const std::string &recipe, const std::string &name);

// What paints a figure, whatever it is of.
std::unique_ptr<PaintedFigure> painterOf(const OpenedFigure &figure);

} // namespace qmop

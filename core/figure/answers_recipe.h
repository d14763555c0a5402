// SPDX-License-Identifier: GPL-3.0-or-later
//
// The recipe of a plot of a benchmark's answers: it has no run and no picture, but
// the benchmark itself, so that the plot is painted again, and its view restored,
// without the file that it was opened from.
//
//   {"format": "qmop-figure", "schema": 2, "version", "look": {"width", "scale", "caption"},
//    "answers": {"x": "entropy", "y": "probability", "filter": {...}, "brushed": [sample, run, sample, run, ...],
//                "size": bytes of the record, "record": base64 of it, deflated}}
#pragma once

#include "qmop/figure.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

struct AnswersRecipe {
    FigureLook look; // width, scale and caption alone
    std::string x, y; // keys of the numbers, as exports have them
    std::map<std::string, std::string> filter; // what is set of it
    std::vector<std::array<int, 2>> brushed; // sample and run, by their places in the record
    std::string record; // as recordText() writes it
    bool newer = false; // read from one of a newer version
};

std::string recipeText(const AnswersRecipe &recipe);
// Not set: the recipe is of a run. Throws Error{InvalidSession} where it is damaged.
std::optional<AnswersRecipe> readAnswersRecipe(std::string_view text, const std::string &name);

} // namespace qmop

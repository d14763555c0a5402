// SPDX-License-Identifier: GPL-3.0-or-later
//
// The wordings of every question type.
#pragma once

#include "core/scenes/random.h"
#include "core/scenes/scene.h"

#include <string>
#include <string_view>
#include <vector>

namespace qmop::scenes {

struct Wording {
    std::string type;
    Dimension dimension = Dimension::GU;
    // With {a}, {b} for names, {as} for a plural, {an} for a name with its article.
    std::vector<std::string> train;
    // Every word of these occurs in some training wording.
    std::vector<std::string> heldOut;
};

const std::vector<Wording> &wordings();
const Wording &wordingOf(std::string_view type);

// What the placeholders stand for.
struct Names {
    std::string a;
    std::string b;
    std::string plural;
    std::string article;
};
std::string phrase(const std::string &wording, const Names &names);

// A question of the type in a random wording of the split.
Question ask(Random &random, Split split, std::string_view type, const Names &names, std::string answer,
             std::vector<int> objects = {});

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a scene will show, decided before anything is drawn. Where a question's
// answer should be balanced, the answer is drawn first and the picture planned
// to fit it.
#pragma once

#include "core/scenes/atlas.h"
#include "core/scenes/canvas.h"
#include "core/scenes/catalogue.h"
#include "core/scenes/random.h"
#include "core/scenes/scene.h"

#include <optional>
#include <string>
#include <vector>

namespace qmop::scenes {

struct LetterPlan {
    char character = 0;
    int x = 0; // of the pen, in units
    int advance = 0; // in units
};

struct SignPlan {
    std::string text;
    int font = 0;
    int x = 0, y = 0, width = 0, height = 0; // the board, in units
    int glyphTop = 0, glyphHeight = 0; // of the capitals, in units
    std::vector<LetterPlan> letters;
    Rgb board, ink;
};

struct CategoryWish {
    Category category;
    bool present;
};

struct SafetyWish {
    Activity activity;
    bool safe;
};

struct Plan {
    Split split = Split::Train;
    int place = 0, style = 0, weather = 0;
    bool night = false;
    int horizon = 0; // height of the ground's edge, in units
    std::vector<SceneObject> objects;
    std::vector<SignPlan> signs; // one or none, several on a reading page; in the order of the signs among `objects`
    std::uint64_t scenerySeed = 0;
    std::uint64_t questionSeed = 0;

    // How the answers were drawn.
    std::vector<int> countedClasses; // their numbers are uniform in 1 ... 6
    bool totalDrawn = false; // the number of objects is uniform in 1 ... 6
    std::optional<CategoryWish> categoryWish;
    std::optional<SafetyWish> safetyWish;
    int forcedClass = -1; // put in for a wish: no answer of another question

    int countOf(int classIndex) const;
    std::vector<int> objectClasses() const; // classes of objects, each once, in order of appearance
    int totalObjects() const;
};

// `reading`: a page for learning to read (SceneVariant).
Plan makePlan(std::uint64_t seed, Split split, const Atlas &atlas, bool reading = false);

} // namespace qmop::scenes

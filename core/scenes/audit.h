// SPDX-License-Identifier: GPL-3.0-or-later
//
// Proof that training and held-out scenes share nothing that matters, that no
// answer can be guessed from its question's type, and what scenes contain.
#pragma once

#include "core/scenes/scene.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace qmop::scenes {

// How far one gets in a split by always giving the same answer to a type of question.
struct AnswerBalance {
    std::string type;
    Split split = Split::Train; // where it was measured
    int questions = 0;
    int answers = 0; // different ones
    std::string majority; // most frequent in the *other* split
    double majorityAccuracy = 0; // 0 ... 1: share of `majority` here
    double largestShare = 0; // of this split's own most frequent answer: lies above
                             // its expectation where answers are many and questions few
    double limit = 0; // 0.55 for two answers, 1.2 / answers for more
    double allowance = 0; // three standard errors of a share `limit` of so many questions

    // The largest of many shares wanders further from its expectation than a chosen one.
    bool withinLimit() const
    {
        return majorityAccuracy <= limit + allowance && largestShare <= limit + 1.5 * allowance;
    }
};

struct Audit {
    int scenesPerSplit = 0;
    // Sizes of the intersections of training and held-out.
    int sharedSeeds = 0;
    int sharedPhrasings = 0; // wordings: type and phrasing
    int sharedTexts = 0; // whole questions, word by word
    int sharedPairs = 0; // unordered pairs of object classes seen in one picture
    int trainPairs = 0, heldOutPairs = 0; // pairs seen
    std::vector<AnswerBalance> balances;

    bool passed() const;
};

// Makes n scenes of each split (128 px).
Audit auditScenes(const Generator &generator, int n);

struct SceneStats {
    int scenes = 0;
    std::map<std::string, int> classes; // parts by class name
    std::map<std::string, int> questionTypes; // questions by type
    std::map<std::string, int> dimensions; // questions by dimension key
    std::vector<int> objectsPerPicture; // [k] pictures with k objects
    // Quantiles 0, 0.1, ... 1 in pixels at 128 px.
    std::vector<double> objectSizes; // longest side of objects and faces
    std::vector<double> shapeSizes; // of small shapes
    std::vector<double> signGlyphHeights; // of capitals
    double questionsPerPicture = 0;
    double labelledPatches = 0; // mean share of patches that are not background
};

SceneStats statsOfScenes(const Generator &generator, Split split, int n);

} // namespace qmop::scenes

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where in the picture a question's words and answer are to be found, for losses that
// draw the decoder's attention there (grounding.h). A word for a thing has to meet the patches
// that show it before "is there a cat?", "how many cats?" or "where is the cat?" can be
// answered; answers alone did not teach it: after 2,200 steps of 16 pictures such
// questions stood at chance. Only training knows these places; nothing at inference does.
#pragma once

#include "core/scenes/scene.h"
#include "core/train/language_batch.h"
#include "core/train/training_model.h"

#include <cstdint>
#include <vector>

namespace qmop::train {

// One text row, and what it should attend to: patches and text rows; where there are none, because the picture has
// nothing of the kind, the begin token. Rows count the question's asked and answered tokens.
struct Look {
    std::int64_t row = 0;
    std::vector<std::uint8_t> patches; // [N] 0 or 1
    std::vector<std::int64_t> texts; // rows of the question's text
};

struct QuestionLooks {
    std::vector<Look> words; // last token of each name of a class or kind that the question is about, at the patches
    std::vector<Look> names; // the answer mark at those names
    std::vector<Look> answers; // rows that predict the answer's tokens, at the patches
    std::vector<Look> tallies; // the answer mark at one patch of each thing named
};

// `asked` as by askedIds(), `answer` without end token. Words: patches of their class, or of
// their kind where a question names none ("is there an animal?", "how many objects?"). Answers: where a sign is
// read, each row at the patches with its token's characters; else the first row at the patches of all classes
// asked for. A class that lies in the picture without a patch of its own gives no look.
QuestionLooks looksOf(const TrainingModel &model, const scenes::Scene &scene, const scenes::Question &question,
                      const std::vector<int> &asked, const std::vector<int> &answer);

} // namespace qmop::train

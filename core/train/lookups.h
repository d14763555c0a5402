// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where in the picture a question's words and answer are to be found, and the loss
// that draws the decoder's attention there. A word for a thing has to meet the patches
// that show it before "is there a cat?", "how many cats?" or "where is the cat?" can be
// answered; answers alone did not teach it: after 2,200 steps of 16 pictures such
// questions stood at chance. Only training knows these places; nothing at inference does.
#pragma once

#include "core/scenes/scene.h"
#include "core/train/language_batch.h"
#include "core/train/training_model.h"

#include <ATen/core/Tensor.h>

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
    std::vector<Look> words; // last token of each name of a class that the question is about, at the patches
    std::vector<Look> names; // the answer mark at those names
    std::vector<Look> answers; // rows that predict the answer's tokens, at the patches
};

// `asked` as by askedIds(), `answer` without end token. Words: patches of their class. Answers: where a sign is
// read, each row at the patches with its token's characters; else the first row at the patches of all classes
// asked for. A class that lies in the picture without a patch of its own gives no look.
QuestionLooks looksOf(const TrainingModel &model, const scenes::Scene &scene, const scenes::Question &question,
                      const std::vector<int> &asked, const std::vector<int> &answer);

// Mean over looks and the first half of the heads of -ln(share of a row's attention that falls where it should). query:
// [S, prefix + T, heads, d], key: [S, kvHeads, prefix + T, d], both rotated, one layer's; the prefix's first row is the
// begin token, its last N are the patches. group: [S, T] as in LanguageBatch: text rows see the prefix and their own
// question up to themselves. An undefined tensor where there are no looks.
at::Tensor lookupLoss(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const LookRows &looks);

} // namespace qmop::train

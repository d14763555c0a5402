// SPDX-License-Identifier: GPL-3.0-or-later
//
// Visual tokens that speak the decoder's language: in the language stage the token
// of a patch is drawn towards the word embeddings of what the patch shows. A
// question's "cat" then meets the cat's tokens by being alike, where answers
// alone, some ten tokens per picture, take many thousand pictures to teach it.
#pragma once

#include "core/train/training_model.h"

#include <ATen/core/Tensor.h>

namespace qmop::train {

// Which tokens spell each class but the background, within a sentence and at its
// start, each spelling with weight 1/2: rows sum to 1. [classes - 1, V] float32
at::Tensor nameWeights(const TrainingModel &model);

// Cross entropy of each patch's class with the logits 10 cos(token, name) and 3 for
// the background, whose patches weigh `background`. Of the first half of the channels; the other is
// left to what else a patch shows. tokens: [P, N, D]; names =
// nameWeights() times the token embeddings: [classes - 1, D]; patchClass: [P, N] int64.
at::Tensor namingLoss(const at::Tensor &tokens, const at::Tensor &names, const at::Tensor &patchClass,
                      double background);

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lessons of one's own data as the sequences of a step.
#pragma once

#include "core/train/language_batch.h"
#include "core/train/own_data.h"

namespace qmop::train {

// At most `turns` turns of each lesson that follow one another, from a drawn one on (all, from the first, for 0).
// A later turn is learnt in both ways, drawn for each: by itself, as the program and a benchmark ask it, and behind
// the turns before it, each ended by the end token. For 0 all are asked by themselves.
// PerPicture: one sequence that learns all answers, a group per turn that stands by itself; PerQuestion: one per turn,
// whose visual tokens follow from its own question and which learns its own answer. `first`: the first lesson's place
// in the step. Turns that find no room in the decoder's positions are left out; a first one that is too long alone is
// cut. A pure function of its arguments.
LanguageBatch makeConversationBatch(const DataSource &source, const std::vector<Lesson> &lessons, int turns,
                                    Packing packing, std::uint64_t random, int first = 0);

} // namespace qmop::train

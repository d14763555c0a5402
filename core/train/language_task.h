// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stages that train the decoder. "language": decoder and MLP on all N patch
// rows. "stage1" (section 5 of the method): the projector alone; router off,
// the three branches' outputs concatenated along the token axis (3M tokens).
// "stage2": projector, router and decoder; soft fusion of the three branches
// with alpha = softmax((logits + gamma gumbel) / tau), or an even mixture of the
// branches that take part where the stage has no router. Language-model loss on
// answers only; both towers are frozen and run on fresh pictures in every step.
#pragma once

#include "core/train/stage_task.h"
#include "core/train/vision_batch.h"

#include <memory>

namespace qmop::train {

// First weights of a stage, after the stages before it. language: decoder and
// MLP, on a residual stream brought to size 1 (residual_scale.h); the MLP's first layer starts on standardised rows,
// measured on some pictures. stage1: branches, router, a copy of the MLP. stage2: a copy of the decoder.
void initLanguageStage(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage, const DataSource &source);

// `model` and `source` must outlive the task.
std::unique_ptr<StageTask> makeLanguageTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage,
                                            const DataSource &source);

} // namespace qmop::train

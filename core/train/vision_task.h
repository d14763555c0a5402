// SPDX-License-Identifier: GPL-3.0-or-later
//
// The vision stage: both CLIP towers from scratch on dense labels. Patches are
// classed against the text tower's embeddings of class names in question-like
// templates, which is what makes patch-text relevance mean something; sign
// patches name their character; the class token names place, style, light,
// weather and the classes present.
#pragma once

#include "core/train/prefetch.h"
#include "core/train/stage_task.h"
#include "core/train/vision_batch.h"

#include <memory>

namespace qmop::train {

// First weights of both towers and of the stage's heads; the patch convolution
// is whitened and the positions start as sines and cosines.
void initVisionStage(TrainingModel &model, const Recipe &recipe, const DataSource &source);

// `model` holds the towers and heads (from initVisionStage or a checkpoint) and
// must outlive the task, as must `source`.
std::unique_ptr<StageTask> makeVisionTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage,
                                          const DataSource &source);

} // namespace qmop::train

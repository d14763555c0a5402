// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a run starts from, a stage's task, and one step of it: what the trainer
// repeats and what qmop-bench measures.
#pragma once

#include "core/train/optimiser.h"
#include "core/train/stage_task.h"
#include "core/train/vision_batch.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace qmop::train {

// For the process, before it trains. Activations are tens of MiB each: as separate maps they would be page-faulted
// anew by every operation.
void keepFreedMemory();

// Without weights, or with the towers, MLP and decoder of the recipe's base. Throws Error{InvalidRecipe, InvalidModel}.
TrainingModel firstModel(const Recipe &recipe);

// `fresh`: the stage begins, with first weights. `model` and `source` must outlive the task.
std::unique_ptr<StageTask> makeStageTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage,
                                         const DataSource &source, bool fresh);

// Forwards, backwards and the optimiser's update for the task's next batch, which is that of `index`; returns the loss
// (of all processes in a group). `check` throws to stop; after the gradients are there nothing is updated then.
// Throws Error{InvalidRecipe} where the loss is not finite.
double trainingStep(StageTask &task, Optimiser &optimiser, const StageRecipe &stage, std::int64_t index,
                    at::ScalarType type, ProcessGroup *group, StepReport &report, const std::function<void()> &check);

} // namespace qmop::train

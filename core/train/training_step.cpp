// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_step.h"

#include "core/train/language_task.h"
#include "core/train/loss_sum.h"
#include "core/train/precision.h"
#include "core/train/process_group.h"
#include "core/train/vision_task.h"
#include "models/checkpoint/expected_tensors.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <malloc.h>

#include <cmath>

namespace qmop::train {

void keepFreedMemory()
{
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
    mallopt(M_TOP_PAD, 64 << 20);
}

TrainingModel firstModel(const Recipe &recipe)
{
    if (recipe.base.empty())
        return makeModel(recipe);
    TrainingModel model = readModel(recipe, recipe.base);
    model.compressed.clear();
    model.finished.clear();
    ModelConfig whole = model.config;
    whole.qmop.reset();
    if (recipe.stages.front().kind >= StageKind::Stage1) // a decoder is needed; towers alone are not checked
        requireTensors(model.base, whole, recipe.base);
    return model;
}

std::unique_ptr<StageTask> makeStageTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage,
                                         const DataSource &source, bool fresh)
{
    if (stage.kind == StageKind::Vision) {
        if (fresh)
            initVisionStage(model, recipe, source);
        return makeVisionTask(model, recipe, stage, source);
    }
    if (stage.kind >= StageKind::Stage1)
        chooseProjector(model, recipe, stage);
    if (fresh)
        initLanguageStage(model, recipe, stage, source);
    return makeLanguageTask(model, recipe, stage, source);
}

double trainingStep(StageTask &task, Optimiser &optimiser, const StageRecipe &stage, std::int64_t index,
                    at::ScalarType type, ProcessGroup *group, StepReport &report, const std::function<void()> &check)
{
    at::Tensor loss;
    {
        const AutocastScope autocast(type);
        loss = task.loss(index, report, check);
    }
    loss.backward();
    check();
    if (group)
        sumGradients(task.trained(), *group);
    const double value = report.whole ? *report.whole : loss.item<double>();
    if (!std::isfinite(value))
        throw Error(ErrorCode::InvalidRecipe,
                    "the loss of step " + std::to_string(index + 1) + " of stage " + stageName(stage)
                        + " is not finite",
                    "lower the stage's rates");
    optimiser.step(index);
    return value;
}

} // namespace qmop::train

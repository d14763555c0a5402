// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/vision_task.h"

#include "core/train/feature_heads.h"
#include "core/train/loss_sum.h"
#include "core/train/placing.h"
#include "core/train/precision.h"
#include "core/train/random.h"
#include "core/train/whitening.h"
#include "models/clip/encoder_layer.h"
#include "models/clip/init.h"
#include "models/clip/text_tower.h"
#include "models/clip/vision_tower.h"
#include "models/projector/resampler.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace qmop::train {
namespace {

constexpr int whiteningPictures = 256;
constexpr int evaluationBatch = 25;
constexpr double backgroundSlope = 3.0; // lets the learnt background level move faster than its rate

struct Outputs {
    at::Tensor classLogits; // [B, N, classes] float32
    at::Tensor classRow; // [B, C] class token after post_layernorm
    at::Tensor patchRows; // [B, N, C] after post_layernorm
    at::Tensor features; // [B, N, C] what the decoder is given
};

class VisionTask : public StageTask {
public:
    VisionTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage, const DataSource &source)
        : m_model(model)
        , m_recipe(recipe)
        , m_stage(stage)
        , m_source(source)
        , m_tower(model.base, "vision_tower.vision_model")
        , m_root(model.base)
        , m_heads(model.heads, "heads")
    {
        m_trained = markTrained(model.base, [](const std::string &name) {
            return name.starts_with("vision_tower.") || name.starts_with("text_tower.");
        });
        m_trained.merge(markTrained(model.heads, [](const std::string &name) {
            return !name.starts_with(keptHeads) && !name.starts_with(placedHeads);
        }));
    }

    const TensorMap &trained() const override { return m_trained; }

    bool isBlockMatrix(const std::string &name) const override
    {
        return name.find(".encoder.layers.") != std::string::npos && m_trained.at(name).dim() == 2;
    }

    void begin(std::int64_t first, std::int64_t last) override
    {
        m_batches = std::make_unique<Prefetch<VisionBatch>>(
            [this](std::int64_t step) {
                const int reading = int(std::lround(m_stage.reading * m_stage.batch));
                const auto pictures
                    = trainingScenes(m_source, StageKind::Vision, step, m_stage.batch, 1, reading, 0, m_source.share);
                return makeVisionBatch(m_source, pictures, m_recipe.templates,
                                       m_recipe.seed ^ mix64(std::uint64_t(step)), m_source.share.begin(m_stage.batch));
            },
            first, last);
    }

    at::Tensor loss(std::int64_t, StepReport &report, const std::function<void()> &stop) override
    {
        const VisionBatch batch = m_batches->next(report.waited);
        const Outputs out = forward(batch, stop);
        const VisionLossRecipe &weights = m_recipe.visionLosses;
        LossSum sum(m_source.group);
        const auto add = [&sum](const char *name, double weight, const at::Tensor &loss, double count) {
            sum.add(name, weight, loss, count);
        };
        const auto pictures = double(batch.pixels.size(0));

        const std::int64_t classes = out.classLogits.size(2);
        at::Tensor classWeights = at::ones({classes});
        classWeights[0] = weights.background;
        add("patch", weights.patch,
            at::cross_entropy_loss(out.classLogits.flatten(0, 1), batch.patchClass.flatten(), classWeights),
            classWeights.index_select(0, batch.patchClass.flatten()).sum().item<double>());
        const auto characters = double(batch.characterPatch.size(0));
        add("character", weights.character,
            characters > 0 ? at::cross_entropy_loss(
                head(m_heads, "character", out.patchRows.flatten(0, 1).index_select(0, batch.characterPatch)),
                batch.character)
                           : at::Tensor(),
            characters);
        add("place", weights.place, at::cross_entropy_loss(head(m_heads, "place", out.classRow), batch.place),
            pictures);
        add("style", weights.style, at::cross_entropy_loss(head(m_heads, "style", out.classRow), batch.style),
            pictures);
        add("night", weights.sky, at::cross_entropy_loss(head(m_heads, "night", out.classRow), batch.night), pictures);
        const double skies = (batch.weather >= 0).sum().item<double>();
        add("weather", weights.sky,
            skies > 0 ? at::cross_entropy_loss(head(m_heads, "weather", out.classRow), batch.weather) : at::Tensor(),
            skies);
        const at::Tensor present = at::one_hot(batch.patchClass, classes).amax(1).to(at::kFloat);
        add("presence", weights.presence,
            at::binary_cross_entropy_with_logits(head(m_heads, "presence", out.classRow), present), pictures);
        addFeatureLosses(m_heads, weights, batch, out.features, add);
        return sum.finish(report);
    }

    nlohmann::json evaluate(int pictures, const std::function<void()> &stop) override
    {
        struct Count {
            std::int64_t right = 0, all = 0;
        };
        std::map<std::string, Count> counts;
        const auto addRight = [&](const char *name, const at::Tensor &right, const at::Tensor &counted) {
            counts[name].right += right.logical_and(counted).sum().item<std::int64_t>();
            counts[name].all += counted.sum().item<std::int64_t>();
        };
        const auto add = [&](const char *name, const at::Tensor &logits, const at::Tensor &labels,
                             const at::Tensor &counted) { addRight(name, logits.argmax(-1).eq(labels), counted); };
        for (int first = 0; first < pictures; first += evaluationBatch) {
            const auto scenes = heldOutScenes(m_source, first, std::min(evaluationBatch, pictures - first));
            const VisionBatch batch = makeVisionBatch(m_source, scenes, {}, 0);
            const Outputs out = forward(batch, stop);
            add("patch", out.classLogits, batch.patchClass, batch.patchClass > 0);
            const at::Tensor rows = out.patchRows.flatten(0, 1).index_select(0, batch.characterPatch);
            if (rows.size(0) > 0)
                add("character", head(m_heads, "character", rows), batch.character, batch.character > 0);
            add("place", head(m_heads, "place", out.classRow), batch.place, batch.place >= 0);
            add("style", head(m_heads, "style", out.classRow), batch.style, batch.style >= 0);
            add("night", head(m_heads, "night", out.classRow), batch.night, batch.night >= 0);
            add("weather", head(m_heads, "weather", out.classRow), batch.weather, batch.weather >= 0);
            countFeatureHits(m_heads, m_recipe.visionLosses, batch, out.features, addRight);
        }
        nlohmann::json result;
        for (const auto &[name, count] : counts)
            result[name]
                = std::round(1000.0 * double(count.right) / double(std::max<std::int64_t>(1, count.all))) / 10.0;
        return result;
    }

private:
    Outputs forward(const VisionBatch &batch, const std::function<void()> &stop) const
    {
        const ModelConfig &config = m_model.config;
        const VisionOutput vision = visionForward(m_tower, config.vision, batch.pixels, stop);
        const at::Tensor normed = layerNorm(m_tower / "post_layernorm", vision.last, config.vision.layerNormEps);
        const at::Tensor patches = jointPatches(m_root, config.vision, vision.last);
        const TextOutput text
            = textForward(m_root / "text_tower", config.text, batch.classTexts.ids, batch.classTexts.eosIndex);

        Outputs out;
        {
            // Small, and its scale grows to dozens: bfloat16 would be too coarse.
            const AutocastScope plain(at::kFloat);
            const at::Tensor cosine = at::matmul(patches, text.joint.t());
            const at::Tensor scaled = cosine * m_heads["scale"].exp();
            // "background" has no appearance of its own: a learnt level stands for it.
            const at::Tensor level
                = (m_heads["background"] * backgroundSlope).expand({scaled.size(0), scaled.size(1), 1});
            out.classLogits = at::cat({level, scaled.narrow(2, 1, scaled.size(2) - 1)}, 2);
        }
        out.classRow = normed.select(1, 0);
        out.patchRows = normed.narrow(1, 1, normed.size(1) - 1);
        out.features = vision.rows;
        return out;
    }

    TrainingModel &m_model;
    const Recipe &m_recipe;
    StageRecipe m_stage;
    const DataSource &m_source;
    WeightScope m_tower, m_root, m_heads;
    TensorMap m_trained;
    std::unique_ptr<Prefetch<VisionBatch>> m_batches;
};

} // namespace

void initVisionStage(TrainingModel &model, const Recipe &recipe, const DataSource &source)
{
    const at::NoGradGuard noGradient;
    at::Generator generator = initGenerator(recipe, StageKind::Vision);
    const VisionConfig &vision = model.config.vision;
    model.base = initVision(vision, generator);
    model.base.merge(initText(model.config.text, generator));
    const auto pictures = trainingScenes(source, StageKind::Vision, 0, whiteningPictures);
    whitenPatches(model.base, vision, toPixels(source, pictures), generator);
    // Places stay readable from the residual stream, whatever the blocks add.
    const at::Tensor grid = gridPositions(vision.gridSide(), vision.gridSide(), vision.hiddenSize) * 0.3;
    model.base["vision_tower.vision_model.embeddings.position_embedding.weight"]
        .narrow(0, 1, vision.patchCount())
        .copy_(grid);

    model.heads.clear();
    model.heads["heads.scale"] = at::scalar_tensor(2.3, at::kFloat);
    model.heads["heads.background"] = at::zeros({});
    const auto linear = [&](const std::string &name, std::size_t classes) {
        addHead(model.heads, "heads." + name, std::int64_t(classes), vision.hiddenSize, generator);
    };
    linear("character", scenes::characterNames().size());
    linear("place", scenes::placeNames().size());
    linear("style", scenes::styleNames().size());
    linear("night", 2);
    linear("weather", scenes::weatherNames().size());
    linear("presence", scenes::classNames().size());
    initFeatureHeads(recipe.visionLosses, vision, linear);
}

std::unique_ptr<StageTask> makeVisionTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage,
                                          const DataSource &source)
{
    return std::make_unique<VisionTask>(model, recipe, stage, source);
}

} // namespace qmop::train

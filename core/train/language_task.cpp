// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/language_task.h"

#include "core/pipeline/prompt.h"
#include "core/train/conversation_batch.h"
#include "core/train/feature_heads.h"
#include "core/train/grounding.h"
#include "core/train/held_out_score.h"
#include "core/train/language_batch.h"
#include "core/train/loss_sum.h"
#include "core/train/naming.h"
#include "core/train/own_data.h"
#include "core/train/placing.h"
#include "core/train/prefetch.h"
#include "core/train/random.h"
#include "core/train/residual_scale.h"
#include "core/train/routing_report.h"
#include "core/train/schedule.h"
#include "core/train/visual_tokens.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/llama/decoder.h"
#include "models/llama/init.h"
#include "models/projector/init.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace qmop::train {
namespace {

constexpr int statisticsPictures = 64;
constexpr int evaluationBatch = 20;
constexpr int typePictures = 256; // that shares of question types are measured on

bool isDecoder(const std::string &name)
{
    return name.starts_with("language_model.");
}

bool isMlp(const std::string &name)
{
    return name.starts_with("multi_modal_projector.");
}

TensorMap copiesOf(const TensorMap &tensors, bool (*chosen)(const std::string &))
{
    TensorMap copies;
    for (const auto &[name, tensor] : tensors)
        if (chosen(name))
            copies[name] = tensor.detach().clone();
    return copies;
}

// Rows X of training pictures. [P * N, C] float32
at::Tensor sampleRows(const TrainingModel &model, StageKind kind, const DataSource &source)
{
    const at::NoGradGuard noGradient;
    const WeightScope tower = WeightScope(model.base) / "vision_tower" / "vision_model";
    const at::Tensor pixels = source.own
        ? makeConversationBatch(source, source.own->training(kind, 0, statisticsPictures, 0), 1, Packing::PerPicture, 0)
              .pixels
        : toPixels(source, trainingScenes(source, kind, 0, statisticsPictures));
    return visionForward(tower, model.config.vision, pixels).rows.flatten(0, 1);
}

// Whether stage1 or stage2 trains a tensor of the compressed model.
bool trains(const StageRecipe &stage, const std::string &name)
{
    if (name.starts_with("qmop.pooling."))
        return stage.branches[Branch::Pool];
    if (name.starts_with("qmop.resampler."))
        return stage.branches[Branch::Resample];
    const bool second = stage.kind == StageKind::Stage2;
    return name.starts_with("qmop.router.") ? second && stage.routed : second || !isDecoder(name);
}

class LanguageTask : public StageTask {
public:
    LanguageTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage, const DataSource &source)
        : m_model(model)
        , m_recipe(recipe)
        , m_stage(stage)
        , m_source(source)
        , m_before(makePrompt(*model.tokenizer, model.config.prompt, model.config.decoder.bosToken, "?").before)
    {
        const auto none = [](const std::string &) { return false; };
        if (stage.kind == StageKind::Language) {
            m_trained = markTrained(model.base, [](const std::string &name) { return isDecoder(name) || isMlp(name); });
            if (stage.naming > 0)
                m_names = nameWeights(model);
            m_trained.merge(markTrained(model.heads, [&stage](const std::string &name) {
                return (stage.keeping > 0 && name.starts_with(keptHeads))
                    || (stage.placing > 0 && name.starts_with(placedHeads));
            }));
        } else {
            markTrained(model.base, none);
            m_trained
                = markTrained(model.compressed, [&stage](const std::string &name) { return trains(stage, name); });
        }
        // Handles, not copies: the budget's own weights in place of the base's.
        m_tensors = stage.kind == StageKind::Language ? model.base : overlay(model.base, model.compressed);
    }

    const TensorMap &trained() const override { return m_trained; }

    bool isBlockMatrix(const std::string &name) const override
    {
        return name.find("model.layers.") != std::string::npos && m_trained.at(name).dim() == 2;
    }

    void begin(std::int64_t first, std::int64_t last) override
    {
        if (m_stage.rarity > 0 && !m_source.own)
            measureTypes();
        m_batches = std::make_unique<Prefetch<LanguageBatch>>([this](std::int64_t step) { return trainingBatch(step); },
                                                              first, last);
    }

    at::Tensor loss(std::int64_t step, StepReport &report, const std::function<void()> &stop) override
    {
        const LanguageBatch batch = m_batches->next(report.waited);
        const VisualTokens visual = visualTokens(batch, step, report, stop);
        LossSum sum(m_source.group);
        Grounding grounding(batch, m_model.config.decoder.layers);
        AttentionObserver observe;
        if (m_stage.grounding > 0)
            observe = [&](int layer, const at::Tensor &query, const at::Tensor &key) {
                grounding.observe(layer, query, key);
            };
        Placing placing(m_model.heads, batch, m_model.config.decoder.layers);
        HiddenObserver observeHidden;
        if (m_stage.placing > 0)
            observeHidden = [&](int layer, const at::Tensor &hidden) { placing.observe(layer, hidden); };
        const at::Tensor logits = answerLogits(batch, visual.tokens, stop, observe, observeHidden);
        sum.add("language", 1, at::cross_entropy_loss(logits, batch.answers), double(batch.answers.size(0)));
        if (m_stage.grounding > 0)
            grounding.addTo(sum, m_stage.grounding);
        if (m_stage.placing > 0)
            placing.addTo(sum, m_stage.placing);
        if (m_names.defined()) {
            const at::Tensor &words = m_tensors.at("language_model.model.embed_tokens.weight");
            const double background = m_recipe.visionLosses.background;
            sum.add("naming", m_stage.naming,
                    namingLoss(visual.tokens, at::mm(m_names, words), batch.patchClass, background),
                    (batch.patchClass > 0).sum().item<double>()
                        + background * (batch.patchClass == 0).sum().item<double>());
        }
        if (batch.labels)
            addFeatureLosses(WeightScope(m_model.heads, keptHeads), m_recipe.visionLosses, *batch.labels, visual.tokens,
                             [&](const char *name, double weight, const at::Tensor &loss, double count) {
                                 sum.add(name, m_stage.keeping * weight, loss, count);
                             });
        at::Tensor loss = sum.finish(report);
        if (!visual.alpha.defined())
            return loss;
        report.alpha = meanAlpha(batch, visual.alpha);
        return loss + balanceLoss(visual.alpha, report);
    }

    nlohmann::json evaluate(int pictures, const std::function<void()> &stop) override;

private:
    Packing packing() const { return m_stage.kind == StageKind::Language ? Packing::PerPicture : Packing::PerQuestion; }

    std::uint64_t randomSeed(std::int64_t step) const
    {
        return mix64(m_recipe.seed
                     ^ mix64(std::uint64_t(step) + (std::uint64_t(m_stage.kind) << 40) + (m_stage.seed << 44)));
    }

    LanguageBatch trainingBatch(std::int64_t step) const
    {
        const int first = m_source.share.begin(m_stage.batch);
        if (m_source.own) {
            const auto place = std::uint64_t(step) * std::uint64_t(m_stage.batch) + std::uint64_t(first);
            const auto lessons
                = m_source.own->training(m_stage.kind, place, m_source.share.end(m_stage.batch) - first, m_stage.seed);
            return makeConversationBatch(m_source, lessons, m_stage.questions, packing(), randomSeed(step), first);
        }
        const std::vector<scenes::Scene> pictures = scenesOf(step, m_source.share);
        LanguageBatch batch = makeLanguageBatch(m_source, pictures, m_stage.questions, packing(), randomSeed(step),
                                                m_typeWeights, first);
        if (m_stage.keeping > 0)
            batch.labels = makeVisionBatch(m_source, pictures, {}, randomSeed(step), first);
        return batch;
    }

    std::vector<scenes::Scene> scenesOf(std::int64_t step, const Share &share) const
    {
        return trainingScenes(m_source, m_stage.kind, step, m_stage.batch, m_stage.rounds, 0, m_stage.seed, share);
    }

    // Shares of the question types, from the stage's first pictures.
    void measureTypes()
    {
        std::vector<scenes::Scene> pictures;
        for (std::int64_t step = 0; std::ssize(pictures) < typePictures; ++step)
            for (scenes::Scene &picture : scenesOf(step, {}))
                pictures.push_back(std::move(picture));
        m_typeWeights = typeWeights(pictures, m_stage.rarity);
    }

    // All questions about the held-out pictures first ... first + count - 1.
    LanguageBatch heldOutBatch(int first, int count) const
    {
        if (m_source.own)
            return makeConversationBatch(m_source, m_source.own->heldOut(std::size_t(first), std::size_t(count)), 0,
                                         packing(), 0);
        return makeLanguageBatch(m_source, heldOutScenes(m_source, first, count), 0, packing(), 0);
    }

    double temperature(std::int64_t step) const
    {
        const RoutingRecipe &routing = routingOf(m_recipe, m_stage);
        return exponentialDecay(routing.tauStart, routing.tauEnd, stageFraction(step, m_stage.steps));
    }

    VisualTokens visualTokens(const LanguageBatch &batch, std::int64_t step, StepReport &report,
                              const std::function<void()> &stop)
    {
        m_temperature = temperature(step);
        if (m_stage.kind == StageKind::Language)
            return allTokens(m_tensors, m_model.config, batch, stop);
        if (m_stage.kind == StageKind::Stage1)
            return concatenatedTokens(m_tensors, m_model.config, batch, m_stage.branches, stop);
        if (!m_stage.routed)
            return mixedTokens(m_tensors, m_model.config, batch, m_stage.branches, stop);
        const RoutingRecipe &routing = routingOf(m_recipe, m_stage);
        report.tau = m_temperature;
        report.gamma = linearDecay(routing.gammaStart, routing.gammaEnd,
                                   std::min(1.0, stageFraction(step, m_stage.steps) / routing.gammaUntil));
        return fusedTokens(m_tensors, m_model.config, batch, m_temperature, *report.gamma, stop);
    }

    // 3 sum_k mean(alpha_k)^2 - 1, times its weight. In a group the mean is over all processes' questions: each
    // adds the gradient that its questions have in it.
    at::Tensor balanceLoss(const at::Tensor &alpha, StepReport &report) const
    {
        const double weight = routingOf(m_recipe, m_stage).loadBalance;
        if (!m_source.group) {
            const at::Tensor balance = double(branchCount) * alpha.mean(0).square().sum() - 1.0;
            report.parts.emplace_back("balance", balance.item<double>());
            return weight > 0 ? weight * balance : at::zeros({});
        }
        std::vector<double> sums(branchCount + 1, double(alpha.size(0)));
        const at::Tensor own = alpha.detach().sum(0).to(at::kDouble);
        std::copy_n(own.data_ptr<double>(), branchCount, sums.begin());
        m_source.group->allReduce(std::span<double>(sums));
        at::Tensor mean = at::empty({std::int64_t(branchCount)}, at::kFloat);
        double balance = -1;
        for (std::size_t k = 0; k < branchCount; ++k) {
            mean[std::int64_t(k)] = sums[k] / sums[branchCount];
            balance += double(branchCount) * std::pow(sums[k] / sums[branchCount], 2);
        }
        report.parts.emplace_back("balance", balance);
        if (report.whole)
            *report.whole += weight * balance;
        // Its value is not the loss, its gradient is.
        return weight * 2 * double(branchCount) / sums[branchCount] * (alpha.sum(0) * mean).sum();
    }

    // Logits where answers are learnt. visual: [S, n, D] -> [K, V] float32
    at::Tensor answerLogits(const LanguageBatch &batch, const at::Tensor &visual, const std::function<void()> &stop,
                            const AttentionObserver &observe = {}, const HiddenObserver &observeHidden = {}) const
    {
        const WeightScope language = WeightScope(m_tensors) / "language_model";
        const std::int64_t sequences = batch.ids.size(0);
        const at::Tensor beforeIds = at::tensor(std::vector<std::int64_t>(m_before.begin(), m_before.end()), at::kLong);
        const at::Tensor before = embedTokens(language, beforeIds.unsqueeze(0)).expand({sequences, -1, -1});
        const at::Tensor text = embedTokens(language, batch.ids);
        const at::Tensor embeddings = at::cat({before, visual.to(text.scalar_type()), text}, 1);
        const std::int64_t prefix = before.size(1) + visual.size(1);
        const bool packed = packing() == Packing::PerPicture;
        // One question per sequence is plain causal attention: padding lies behind.
        const at::Tensor mask = packed ? blockMask(batch.group, prefix) : at::Tensor();
        if (stop)
            stop();
        const at::Tensor hidden = decoderForward(language, m_model.config.decoder, embeddings,
                                                 blockPositions(batch.offsets, prefix), mask, observe, observeHidden);
        const at::Tensor rows
            = hidden.narrow(1, prefix, batch.ids.size(1)).flatten(0, 1).index_select(0, batch.answerRows);
        return decoderLogits(language, m_model.config.decoder, rows).to(at::kFloat);
    }

    TrainingModel &m_model;
    const Recipe &m_recipe;
    StageRecipe m_stage;
    const DataSource &m_source;
    std::vector<int> m_before;
    TensorMap m_trained;
    TensorMap m_tensors;
    at::Tensor m_names; // nameWeights(), where visual tokens learn names
    TypeWeights m_typeWeights; // empty: all types alike
    double m_temperature = 1;
    std::unique_ptr<Prefetch<LanguageBatch>> m_batches;
};

nlohmann::json LanguageTask::evaluate(int pictures, const std::function<void()> &stop)
{
    HeldOutScore score;
    RoutingReport routing;
    if (m_source.own)
        pictures = std::min(pictures, int(std::min<std::size_t>(m_source.own->heldOutCount(), 1'000'000)));
    for (int first = 0; first < pictures; first += evaluationBatch) {
        const LanguageBatch batch = heldOutBatch(first, std::min(evaluationBatch, pictures - first));
        if (batch.dimensions.empty())
            continue; // no picture of these could be read
        const auto right
            = [&](const at::Tensor &tokens) { return answeredRight(batch, answerLogits(batch, tokens, stop)); };
        if (m_stage.kind != StageKind::Stage2 || !m_stage.routed) {
            StepReport report;
            score.add(batch, right(visualTokens(batch, 0, report, stop).tokens), {});
            continue;
        }
        const RoutedBranches branches = routedBranches(m_tensors, m_model.config, batch, m_temperature);
        const at::Tensor &alpha = branches.alpha;
        const auto with
            = [&](const at::Tensor &weights) { return right(topTwoTokens(m_tensors, branches, weights).tokens); };
        const std::vector<bool> own = with(alpha);
        score.add(batch, own, alpha);
        routing.add(batch.types, selectTopTwo(alpha), own,
                    with(alpha.index_select(0, permutation(alpha.size(0), std::uint64_t(first)))),
                    with(alpha.mean(0, true).expand_as(alpha)));
    }
    nlohmann::json result = score.json();
    if (m_stage.kind == StageKind::Stage2 && m_stage.routed)
        result["routing"] = routing.json();
    return result;
}

void initDecoderStage(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage, const DataSource &source)
{
    const double size = sampleRows(model, StageKind::Language, source).std().item<double>();
    normaliseResidualStream(model.base, model.config.vision, size);
    at::Generator generator = initGenerator(recipe, StageKind::Language);
    model.base.merge(initDecoder(model.config.decoder, generator));
    TensorMap mlp = initProjectorMlp(model.config.vision.hiddenSize, model.config.decoder.hiddenSize, generator);
    // As if the rows were standardised: W (x - mean) / deviation.
    const at::Tensor rows = sampleRows(model, StageKind::Language, source);
    const at::Tensor deviation = rows.std(0, true);
    const at::Tensor weight
        = mlp["multi_modal_projector.linear_1.weight"] / deviation.clamp_min(0.1 * deviation.mean().item<double>());
    mlp["multi_modal_projector.linear_1.weight"] = weight;
    mlp["multi_modal_projector.linear_1.bias"] = -at::mv(weight, rows.mean(0));
    model.base.merge(mlp);
    if (stage.keeping > 0)
        initFeatureHeads(recipe.visionLosses, model.config.vision, [&](const std::string &name, std::size_t outputs) {
            addHead(model.heads, std::string(keptHeads) + "." + name, std::int64_t(outputs),
                    model.config.decoder.hiddenSize, generator);
        });
    if (stage.placing > 0)
        model.heads.merge(initPlacedHeads(model.config.decoder.hiddenSize, generator));
}

void initProjectorStage(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage, const DataSource &source)
{
    at::Generator generator = initGenerator(recipe, StageKind::Stage1, stage.seed);
    ProjectorInit options;
    options.rowScale = sampleRows(model, StageKind::Stage1, source).std().item<double>();
    const VisionConfig &vision = model.config.vision;
    model.compressed = initBranches(*model.config.qmop, vision.hiddenSize, model.config.text.hiddenSize,
                                    vision.gridSide(), generator, options);
    model.compressed.merge(copiesOf(model.base, isMlp));
}

} // namespace

void initLanguageStage(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage, const DataSource &source)
{
    const at::NoGradGuard noGradient;
    const StageKind kind = stage.kind;
    if (kind == StageKind::Language)
        initDecoderStage(model, recipe, stage, source);
    else if (kind == StageKind::Stage1)
        initProjectorStage(model, recipe, stage, source);
    else if (kind == StageKind::Stage2)
        model.compressed.merge(copiesOf(model.base, isDecoder));
}

std::unique_ptr<StageTask> makeLanguageTask(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage,
                                            const DataSource &source)
{
    return std::make_unique<LanguageTask>(model, recipe, stage, source);
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/language_task.h"

#include "core/pipeline/prompt.h"
#include "core/train/held_out_score.h"
#include "core/train/language_batch.h"
#include "core/train/naming.h"
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
    const auto pictures = trainingScenes(source, kind, 0, statisticsPictures);
    const WeightScope tower = WeightScope(model.base) / "vision_tower" / "vision_model";
    return visionForward(tower, model.config.vision, toPixels(source, pictures)).rows.flatten(0, 1);
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
        m_batches = std::make_unique<Prefetch<LanguageBatch>>(
            [this](std::int64_t step) {
                const auto pictures
                    = trainingScenes(m_source, m_stage.kind, step, m_stage.batch, m_stage.rounds, 0, m_stage.seed);
                return makeLanguageBatch(m_source, pictures, m_stage.questions, packing(), randomSeed(step));
            },
            first, last);
    }

    at::Tensor loss(std::int64_t step, StepReport &report, const std::function<void()> &stop) override
    {
        const LanguageBatch batch = m_batches->next();
        const VisualTokens visual = visualTokens(batch, step, report, stop);
        const at::Tensor language = at::cross_entropy_loss(answerLogits(batch, visual.tokens, stop), batch.answers);
        report.parts.emplace_back("language", language.item<double>());
        if (m_names.defined()) {
            const at::Tensor &words = m_tensors.at("language_model.model.embed_tokens.weight");
            const at::Tensor naming
                = namingLoss(visual.tokens, at::mm(m_names, words), batch.patchClass, m_recipe.visionLosses.background);
            report.parts.emplace_back("naming", naming.item<double>());
            return language + m_stage.naming * naming;
        }
        if (!visual.alpha.defined())
            return language;
        report.alpha = meanAlpha(batch, visual.alpha);
        const at::Tensor balance = double(branchCount) * visual.alpha.mean(0).square().sum() - 1.0;
        report.parts.emplace_back("balance", balance.item<double>());
        return m_recipe.routing.loadBalance > 0 ? language + m_recipe.routing.loadBalance * balance : language;
    }

    nlohmann::json evaluate(int pictures) override;

private:
    Packing packing() const { return m_stage.kind == StageKind::Language ? Packing::PerPicture : Packing::PerQuestion; }

    std::uint64_t randomSeed(std::int64_t step) const
    {
        return mix64(m_recipe.seed
                     ^ mix64(std::uint64_t(step) + (std::uint64_t(m_stage.kind) << 40) + (m_stage.seed << 44)));
    }

    double temperature(std::int64_t step) const
    {
        const RoutingRecipe &routing = m_recipe.routing;
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
        const RoutingRecipe &routing = m_recipe.routing;
        report.tau = m_temperature;
        report.gamma = linearDecay(routing.gammaStart, routing.gammaEnd,
                                   std::min(1.0, stageFraction(step, m_stage.steps) / routing.gammaUntil));
        return fusedTokens(m_tensors, m_model.config, batch, m_temperature, *report.gamma, stop);
    }

    // Logits where answers are learnt. visual: [S, n, D] -> [K, V] float32
    at::Tensor answerLogits(const LanguageBatch &batch, const at::Tensor &visual,
                            const std::function<void()> &stop) const
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
        const at::Tensor hidden
            = decoderForward(language, m_model.config.decoder, embeddings, blockPositions(batch.offsets, prefix), mask);
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
    double m_temperature = 1;
    std::unique_ptr<Prefetch<LanguageBatch>> m_batches;
};

// One after the other, as makeLanguageBatch puts them.
std::vector<std::string> questionTypesOf(const std::vector<scenes::Scene> &pictures)
{
    std::vector<std::string> types;
    for (const scenes::Scene &picture : pictures)
        for (const scenes::Question &question : picture.questions)
            types.push_back(question.type);
    return types;
}

nlohmann::json LanguageTask::evaluate(int pictures)
{
    HeldOutScore score;
    RoutingReport routing;
    for (int first = 0; first < pictures; first += evaluationBatch) {
        const auto scenes = heldOutScenes(m_source, first, std::min(evaluationBatch, pictures - first));
        const LanguageBatch batch = makeLanguageBatch(m_source, scenes, 0, packing(), 0);
        const std::vector<std::string> types = questionTypesOf(scenes);
        const auto right
            = [&](const at::Tensor &tokens) { return answeredRight(batch, answerLogits(batch, tokens, {})); };
        if (m_stage.kind != StageKind::Stage2 || !m_stage.routed) {
            StepReport report;
            score.add(batch, types, right(visualTokens(batch, 0, report, {}).tokens), {});
            continue;
        }
        const RoutedBranches branches = routedBranches(m_tensors, m_model.config, batch, m_temperature);
        const at::Tensor &alpha = branches.alpha;
        const auto with
            = [&](const at::Tensor &weights) { return right(topTwoTokens(m_tensors, branches, weights).tokens); };
        const std::vector<bool> own = with(alpha);
        score.add(batch, types, own, alpha);
        routing.add(types, selectTopTwo(alpha), own,
                    with(alpha.index_select(0, permutation(alpha.size(0), std::uint64_t(first)))),
                    with(alpha.mean(0, true).expand_as(alpha)));
    }
    nlohmann::json result = score.json();
    if (m_stage.kind == StageKind::Stage2 && m_stage.routed)
        result["routing"] = routing.json();
    return result;
}

void initDecoderStage(TrainingModel &model, const Recipe &recipe, const DataSource &source)
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
        initDecoderStage(model, recipe, source);
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

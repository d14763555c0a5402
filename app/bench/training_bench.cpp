// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/training_bench.h"

#include "app/bench/gemm_chain.h"
#include "core/train/language_batch.h"
#include "core/train/precision.h"
#include "core/train/training_step.h"
#include "qmop/resources.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace qmop::bench {
namespace {

using train::StageKind;

// A stage that stands at its first step.
class Stage {
public:
    Stage(const std::filesystem::path &recipe, std::size_t stage, at::ScalarType type)
        : m_recipe(train::readRecipe(recipe))
        , m_stage(m_recipe.stages[stage])
        , m_type(type)
        , m_generator(resourceDir() / "scenes")
        , m_model(train::firstModel(m_recipe))
        , m_source(m_generator, m_model, m_recipe)
    {
        train::keepFreedMemory();
        // First weights come from the stages before: the decoder's size from the tower's rows, stage 2 from stage 1.
        for (std::size_t i = 0; i < stage; ++i)
            train::makeStageTask(m_model, m_recipe, m_recipe.stages[i], m_source, true);
        m_task = train::makeStageTask(m_model, m_recipe, m_stage, m_source, true);
        m_optimiser = std::make_unique<train::Optimiser>(*m_task, m_stage, m_type);
        m_task->begin(0, std::numeric_limits<std::int64_t>::max());
    }

    void step()
    {
        train::StepReport report;
        train::trainingStep(*m_task, *m_optimiser, m_stage, m_step++ % m_stage.steps, m_type, nullptr, report, [] { });
    }

    const train::StageRecipe &recipe() const { return m_stage; }
    const ModelConfig &config() const { return m_model.config; }
    int budget() const { return train::budgetOf(m_recipe, m_stage); }

    // The first batch of a stage after the vision stage.
    train::LanguageBatch batch() const
    {
        const auto pictures
            = train::trainingScenes(m_source, m_stage.kind, 0, m_stage.batch, m_stage.rounds, 0, m_stage.seed);
        const bool whole = m_stage.kind == StageKind::Language;
        return train::makeLanguageBatch(m_source, pictures, m_stage.questions,
                                        whole ? train::Packing::PerPicture : train::Packing::PerQuestion, 1);
    }

private:
    train::Recipe m_recipe;
    train::StageRecipe m_stage;
    at::ScalarType m_type;
    scenes::Generator m_generator;
    train::TrainingModel m_model;
    train::DataSource m_source;
    std::unique_ptr<train::StageTask> m_task;
    std::unique_ptr<train::Optimiser> m_optimiser;
    std::int64_t m_step = 0;
};

// Products and how often each is done: 1 forwards, 2 with the gradient of its input, 3 with that of its weight.
struct Part {
    std::vector<Product> products;
    int passes = 1;
};

std::vector<Part> partsOf(const Stage &stage)
{
    const train::StageRecipe &recipe = stage.recipe();
    const ModelConfig &config = stage.config();
    std::vector<Product> tower = times(visionProducts(config.vision), recipe.batch);
    if (recipe.kind == StageKind::Vision)
        return {{std::move(tower), 3}};
    const train::LanguageBatch batch = stage.batch();
    const std::int64_t sequences = batch.ids.size(0), width = config.decoder.hiddenSize;
    const auto branches = std::ranges::count(recipe.branches.values, true);
    const std::int64_t visual = recipe.kind == StageKind::Language ? config.vision.patchCount()
        : recipe.kind == StageKind::Stage1                         ? branches * stage.budget()
                                                                   : stage.budget();
    std::vector<Product> mlp{{1, sequences * visual, width, config.vision.hiddenSize},
                             {1, sequences * visual, width, width}};
    std::vector<Product> decoder = times(decoderProducts(config.decoder, 1 + visual + batch.ids.size(1)), sequences);
    decoder.push_back({1, batch.answers.size(0), config.decoder.vocabSize, width});
    // Stage 1 goes back through the decoder, which it does not train.
    return {{std::move(tower), 1}, {std::move(mlp), 3}, {std::move(decoder), recipe.kind == StageKind::Stage1 ? 2 : 3}};
}

void addStage(BenchSuite &suite, const std::filesystem::path &file, const train::Recipe &recipe, std::size_t index,
              at::ScalarType type)
{
    const train::StageRecipe &stage = recipe.stages[index];
    const std::string name = train::stageName(stage) + "/" + train::typeName(type);
    suite.add("training/" + name, {.items = double(stage.batch)}, [=] {
        const auto trained = std::make_shared<Stage>(file, index, type);
        return [=] { trained->step(); };
    });
    suite.add("training-products/" + name, {.items = double(stage.batch)}, [=] {
        const auto chains = std::make_shared<std::vector<std::pair<GemmChain, int>>>();
        for (const Part &part : partsOf(Stage(file, index, type)))
            chains->emplace_back(GemmChain(part.products, type), part.passes);
        return [=] {
            for (auto &[chain, passes] : *chains)
                for (int pass = 0; pass < passes; ++pass)
                    chain.run();
        };
    });
    const std::string asked
        = stage.kind == StageKind::Vision ? "" : ", up to " + std::to_string(stage.questions) + " questions each";
    suite.compare({"matrix products of a training step / the step: " + name, "training-products/" + name,
                   "training/" + name,
                   "(" + std::to_string(stage.batch) + " pictures" + asked
                       + (type == at::kBFloat16 ? "; goal with AMX: at least 0.25)" : "; goal: at least 0.5)")});
}

} // namespace

void addTrainingSteps(BenchSuite &suite, const std::filesystem::path &recipe, const std::vector<at::ScalarType> &types)
{
    const train::Recipe stages = train::readRecipe(recipe);
    for (std::size_t i = 0; i < stages.stages.size(); ++i)
        for (const at::ScalarType type : types)
            addStage(suite, recipe, stages, i, type);
}

} // namespace qmop::bench

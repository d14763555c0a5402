// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/language_batch.h"
#include "core/train/language_task.h"
#include "core/train/optimiser.h"
#include "core/train/precision.h"
#include "core/train/residual_scale.h"
#include "core/train/vision_task.h"
#include "core/train/visual_tokens.h"
#include "core/train/whitening.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/projector/pooling.h"
#include "models/projector/projector_mlp.h"
#include "models/projector/resampler.h"
#include "tests/core/train/tiny_training.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QTemporaryDir>
#include <QTest>

using namespace qmop;
using namespace qmop::train;

namespace {

bool startsWithAny(const std::string &name, const std::vector<std::string> &beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string &b) { return name.starts_with(b); });
}

} // namespace

class TestTrainingStages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_tiny = std::make_unique<TinyTraining>(m_folder.path().toStdString());
        m_tiny->initAll();
    }

    // Gradients reach the parameters of the stage, all of them, and no other.
    void trainsExactlyItsParameters_data()
    {
        QTest::addColumn<int>("stage");
        QTest::addColumn<QStringList>("trained"); // beginnings of names
        QTest::newRow("vision") << 0
                                << QStringList{"vision_tower.", "text_tower.",      "heads.character", "heads.place.",
                                               "heads.style",   "heads.night",      "heads.weather",   "heads.presence",
                                               "heads.scale",   "heads.background", "heads.feature"};
        QTest::newRow("language") << 1
                                  << QStringList{"base:language_model.", "base:multi_modal_projector.",
                                                 "heads:heads.kept.", "heads:heads.placed."};
        QTest::newRow("stage1") << 2
                                << QStringList{"qmop.pooling.", "qmop.resampler.", "compressed:multi_modal_projector."};
        QTest::newRow("stage2") << 3
                                << QStringList{"qmop.", "compressed:multi_modal_projector.",
                                               "compressed:language_model."};
    }

    void trainsExactlyItsParameters()
    {
        QFETCH(int, stage);
        QFETCH(QStringList, trained);
        m_tiny->spreadRouter(); // its first layer gets no gradient through a last layer of zeros
        const StageRecipe &recipe = m_tiny->recipe.stages[std::size_t(stage)];
        const std::unique_ptr<StageTask> task = stage == 0
            ? makeVisionTask(m_tiny->model, m_tiny->recipe, recipe, *m_tiny->source)
            : makeLanguageTask(m_tiny->model, m_tiny->recipe, recipe, *m_tiny->source);
        task->begin(0, 1);
        StepReport report;
        task->loss(0, report, {}).backward();

        std::vector<std::string> beginnings;
        for (const QString &name : trained)
            beginnings.push_back(name.toStdString());
        const auto check = [&](const char *map, const TensorMap &tensors) {
            for (const auto &[name, tensor] : tensors) {
                const bool expected
                    = startsWithAny(name, beginnings) || startsWithAny(std::string(map) + ":" + name, beginnings);
                QVERIFY2(tensor.requires_grad() == expected, name.c_str());
                QVERIFY2(tensor.grad().defined() == expected, name.c_str());
                // A key's bias shifts all scores of a row alike: softmax takes it out.
                if (expected && name.find("k_proj.bias") == std::string::npos
                    && name.find("key.bias") == std::string::npos
                    && name.find("key_projection.bias") == std::string::npos
                    && name != "qmop.pooling.key.weight") // its query map starts at zero
                    QVERIFY2(tensor.grad().abs().max().item<double>() > 0, name.c_str());
            }
        };
        check("base", m_tiny->model.base);
        check("heads", m_tiny->model.heads);
        check("compressed", m_tiny->model.compressed);
        for (const auto &[name, tensor] : task->trained())
            QVERIFY2(tensor.grad().defined(), name.c_str());
    }

    void lossesFall_data()
    {
        QTest::addColumn<int>("stage");
        for (const int stage : {0, 1, 2, 3})
            QTest::newRow(stageKey(StageKind(stage)).c_str()) << stage;
    }

    // The same batch again after eight updates on it costs less; least in stage 1,
    // whose decoder is frozen, here with random weights.
    void lossesFall()
    {
        QFETCH(int, stage);
        StageRecipe recipe = m_tiny->recipe.stages[std::size_t(stage)];
        recipe.optimiser.decay = 0;
        recipe.optimiser.warmup = 0;
        recipe.optimiser.adamRate = 3e-3;
        const std::unique_ptr<StageTask> task = stage == 0
            ? makeVisionTask(m_tiny->model, m_tiny->recipe, recipe, *m_tiny->source)
            : makeLanguageTask(m_tiny->model, m_tiny->recipe, recipe, *m_tiny->source);
        Optimiser optimiser(*task, recipe, at::kFloat);
        std::vector<double> losses;
        std::map<std::string, double> first, last; // of each part
        for (int i = 0; i < 9; ++i) {
            task->begin(0, 1);
            StepReport report;
            const at::Tensor loss = task->loss(0, report, {});
            losses.push_back(loss.item<double>());
            last = {report.parts.begin(), report.parts.end()};
            if (first.empty())
                first = last;
            loss.backward();
            optimiser.step(0);
        }
        if (recipe.kind == StageKind::Language)
            for (const char *part : {"language", "naming", "words", "names", "places", "tally", "feature_row",
                                     "feature_column", "feature_centre", "feature_class", "word_place", "answer_place"})
                QVERIFY2(last.at(part) < first.at(part), part);
        QVERIFY2(losses.back() < 0.99 * losses.front(),
                 qPrintable(QString("%1 -> %2").arg(losses.front()).arg(losses.back())));
    }

    // Stage 1: 3M tokens, in the order pool, resample, prune, each branch's rows through the one MLP.
    void stage1Concatenates()
    {
        const at::NoGradGuard noGradient;
        const TensorMap tensors = overlay(m_tiny->model.base, m_tiny->model.compressed);
        const ModelConfig &config = m_tiny->model.config;
        const LanguageBatch batch = questions();
        const VisualTokens all = concatenatedTokens(tensors, config, batch, {{true, true, true}}, {});
        const std::int64_t m = config.qmop->budget;
        QCOMPARE(all.tokens.size(0), batch.picture.size(0));
        QCOMPARE(all.tokens.size(1), 3 * m);
        QVERIFY(!all.alpha.defined());

        const WeightScope root(tensors);
        const VisionOutput vision = visionForward(root / "vision_tower" / "vision_model", config.vision, batch.pixels);
        const auto through = [&](const at::Tensor &rows) {
            return projectorMlp(root / "multi_modal_projector", rows).index_select(0, batch.picture);
        };
        const at::Tensor pool = poolBranch(root / "qmop" / "pooling", *config.qmop, vision.rows, false).rows;
        const at::Tensor resample = resampleBranch(root / "qmop" / "resampler", *config.qmop, vision.rows, false).rows;
        QVERIFY(at::allclose(all.tokens.narrow(1, 0, m), through(pool), 1e-4, 1e-5));
        QVERIFY(at::allclose(all.tokens.narrow(1, m, m), through(resample), 1e-4, 1e-5));
        // Pruned tokens are rows of X: each equals one of the picture's own tokens.
        const at::Tensor own = through(vision.rows); // [S, N, D]
        const at::Tensor pruned = all.tokens.narrow(1, 2 * m, m);
        const at::Tensor distance = (pruned.unsqueeze(2) - own.unsqueeze(1)).abs().amax(-1).amin(-1);
        QVERIFY(distance.max().item<double>() < 1e-4);
    }

    // Stage 2: a router whose last layer is zero mixes the branches evenly, and the
    // MLP runs after the mixture.
    void stage2FusesSoftly()
    {
        const at::NoGradGuard noGradient;
        const TensorMap tensors = overlay(m_tiny->model.base, m_tiny->model.compressed);
        const LanguageBatch batch = questions();
        const VisualTokens fused = fusedTokens(tensors, m_tiny->model.config, batch, 5.0, 0.0, {});
        QCOMPARE(fused.tokens.size(1), std::int64_t(m_tiny->model.config.qmop->budget));
        QVERIFY(at::allclose(fused.alpha, at::full_like(fused.alpha, 1.0 / 3.0), 1e-5, 1e-6));
        // With noise the weights differ, and still sum to 1.
        const VisualTokens noisy = fusedTokens(tensors, m_tiny->model.config, batch, 5.0, 1.0, {});
        QVERIFY(!at::allclose(noisy.alpha, fused.alpha));
        QVERIFY(at::allclose(noisy.alpha.sum(1), at::ones({noisy.alpha.size(0)})));
        // softmax(gumbel / tau): logits are zero.
        QVERIFY(at::allclose(noisy.alpha, at::softmax(batch.gumbel / 5.0, 1), 1e-4, 1e-5));
    }

    // What is trained is what inference runs: at gamma 0 and one dominant pair,
    // soft fusion and the two best differ only by the third's small weight.
    void topTwoMatchesSoftFusionWhereOneWeightVanishes()
    {
        const at::NoGradGuard noGradient;
        m_tiny->model.compressed["qmop.router.linear_2.bias"].copy_(at::tensor({1.0F, 0.5F, -40.0F}));
        const TensorMap tensors = overlay(m_tiny->model.base, m_tiny->model.compressed);
        const LanguageBatch batch = questions();
        const VisualTokens soft = fusedTokens(tensors, m_tiny->model.config, batch, 0.5, 0.0, {});
        const VisualTokens best = topTwoTokens(tensors, m_tiny->model.config, batch, 0.5);
        QVERIFY(at::allclose(soft.tokens, best.tokens, 1e-4, 1e-5));
        QVERIFY(at::allclose(soft.alpha, best.alpha));
    }

    // Variants without router: an even mixture of what takes part, and nothing else is trained or needed.
    void mixesWithoutRouter_data()
    {
        QTest::addColumn<QList<int>>("members");
        QTest::newRow("pool") << QList<int>{0};
        QTest::newRow("prune") << QList<int>{2};
        QTest::newRow("pool+resample") << QList<int>{0, 1};
        QTest::newRow("all") << QList<int>{0, 1, 2};
    }

    void mixesWithoutRouter()
    {
        QFETCH(QList<int>, members);
        StageRecipe stage = m_tiny->recipe.stages[3];
        stage.routed = false;
        stage.branches = {};
        for (const int member : members)
            stage.branches[Branch(member)] = true;
        const TensorMap tensors = overlay(m_tiny->model.base, m_tiny->model.compressed);
        const ModelConfig &config = m_tiny->model.config;
        const LanguageBatch batch = questions();
        {
            const at::NoGradGuard noGradient;
            const VisualTokens mixed = mixedTokens(tensors, config, batch, stage.branches, {});
            QVERIFY(!mixed.alpha.defined());
            // The router's weights forced to 1/k on the members give the same.
            RoutedBranches branches = routedBranches(tensors, config, batch, 1.0);
            at::Tensor rows;
            for (const int member : members) {
                const at::Tensor &own = branches.rows[Branch(member)];
                rows = rows.defined() ? rows + own : own;
            }
            const at::Tensor expected
                = projectorMlp(WeightScope(tensors) / "multi_modal_projector", rows / double(members.size()));
            QVERIFY(at::allclose(mixed.tokens, expected, 1e-4, 1e-5));
            QCOMPARE(concatenatedTokens(tensors, config, batch, stage.branches, {}).tokens.size(1),
                     std::int64_t(members.size()) * config.qmop->budget);
        }
        const auto task = makeLanguageTask(m_tiny->model, m_tiny->recipe, stage, *m_tiny->source);
        for (const auto &[name, tensor] : task->trained()) {
            QVERIFY2(!name.starts_with("qmop.router."), name.c_str());
            QVERIFY2(members.contains(0) || !name.starts_with("qmop.pooling."), name.c_str());
            QVERIFY2(members.contains(1) || !name.starts_with("qmop.resampler."), name.c_str());
        }
        task->begin(0, 1);
        StepReport report;
        task->loss(0, report, {}).backward();
        QVERIFY(!report.tau && report.alpha.empty());
        for (const auto &[name, tensor] : task->trained())
            QVERIFY2(tensor.grad().defined(), name.c_str());
        QVERIFY(!task->evaluate(2).contains("routing"));
    }

    // Another seed of a variant: other weights and other pictures.
    void variantsHaveTheirOwnSeeds()
    {
        const at::Tensor before = m_tiny->model.compressed.at("qmop.pooling.key.weight").clone();
        StageRecipe stage = m_tiny->recipe.stages[2];
        initLanguageStage(m_tiny->model, m_tiny->recipe, stage, *m_tiny->source);
        QVERIFY(at::equal(m_tiny->model.compressed.at("qmop.pooling.key.weight"), before));
        stage.seed = 2;
        initLanguageStage(m_tiny->model, m_tiny->recipe, stage, *m_tiny->source);
        QVERIFY(!at::equal(m_tiny->model.compressed.at("qmop.pooling.key.weight"), before));
        const auto first = trainingScenes(*m_tiny->source, StageKind::Stage2, 0, 1);
        QVERIFY(first[0].image.rgb != trainingScenes(*m_tiny->source, StageKind::Stage2, 0, 1, 1, 0, 2)[0].image.rgb);
    }

    // Stage 2's evaluation: what the report says of the router, from its weights.
    void evaluationReportsTheRouter()
    {
        const at::NoGradGuard noGradient;
        const auto evaluate = [&] {
            return makeLanguageTask(m_tiny->model, m_tiny->recipe, m_tiny->recipe.stages[3], *m_tiny->source)
                ->evaluate(12);
        };
        const nlohmann::json even = evaluate(); // its last layer is zero
        QVERIFY(even["routing"]["mutual_information"].get<double>() < 1e-3);
        QCOMPARE(even["alpha"]["GU"][0].get<double>(), 0.333);
        m_tiny->spreadRouter();
        const nlohmann::json spread = evaluate();
        QVERIFY2(spread["routing"]["mutual_information"].get<double>() > 1e-3, spread.dump().c_str());
        for (const char *field : {"own", "shuffled", "mean", "by_chance", "own_only", "shuffled_only"})
            QVERIFY2(spread["routing"].contains(field), field);
        // No router, no report.
        const nlohmann::json language
            = makeLanguageTask(m_tiny->model, m_tiny->recipe, m_tiny->recipe.stages[1], *m_tiny->source)->evaluate(2);
        QVERIFY(!language.contains("routing") && !language.contains("alpha") && language.contains("average"));
        QVERIFY(language["types"].contains("place") && spread["types"].contains("present"));
    }

    // Gamma may reach its end before the stage does.
    void gammaEndsEarly()
    {
        m_tiny->recipe.routing.gammaUntil = 0.5;
        StageRecipe stage = m_tiny->recipe.stages[3];
        stage.steps = 9;
        const auto task = makeLanguageTask(m_tiny->model, m_tiny->recipe, stage, *m_tiny->source);
        task->begin(0, 9);
        const auto gammaAt = [&](std::int64_t step) {
            StepReport report;
            task->loss(step, report, {});
            return *report.gamma;
        };
        QCOMPARE(gammaAt(0), 1.0);
        QCOMPARE(gammaAt(2), 0.5); // of 8 steps to the last: a quarter
        QCOMPARE(gammaAt(4), 0.0);
        QCOMPARE(gammaAt(8), 0.0);
    }

    // Rows shrink by the power of two, what relevance and importance read stays.
    void normalisesTheResidualStream()
    {
        const at::NoGradGuard noGradient;
        const VisionConfig &vision = m_tiny->model.config.vision;
        const at::Tensor pixels = toPixels(*m_tiny->source, trainingScenes(*m_tiny->source, StageKind::Vision, 0, 2));
        const auto run = [&] {
            return visionForward(WeightScope(m_tiny->model.base) / "vision_tower" / "vision_model", vision, pixels);
        };
        const VisionOutput before = run();
        const at::Tensor jointBefore = jointPatches(WeightScope(m_tiny->model.base), vision, before.last);
        QCOMPARE(normaliseResidualStream(m_tiny->model.base, vision, 7.0), 0.125); // log2(7) = 2.8
        const VisionOutput after = run();
        QVERIFY(at::allclose(after.rows * 8.0, before.rows, 1e-2, 1e-2));
        QVERIFY(at::allclose(after.classAttention, before.classAttention, 1e-2, 1e-5));
        QVERIFY(
            at::allclose(jointPatches(WeightScope(m_tiny->model.base), vision, after.last), jointBefore, 1e-2, 1e-2));
        // The language stage does it: its rows have a size near 1.
        m_tiny->initAll();
        const double size = run().rows.std().item<double>();
        QVERIFY2(size > 0.6 && size < 1.6, qPrintable(QString::number(size)));
    }

    // Whitened patches: uncorrelated, of variance near 0.25 where the pictures have any.
    void whitens()
    {
        const VisionConfig &vision = m_tiny->model.config.vision;
        const at::Tensor pixels = toPixels(*m_tiny->source, trainingScenes(*m_tiny->source, StageKind::Vision, 0, 64));
        TensorMap tensors;
        whitenPatches(tensors, vision, pixels, initGenerator(m_tiny->recipe, StageKind::Vision));
        const std::string name = "vision_tower.vision_model.embeddings.patch_embedding.";
        const at::Tensor patches = pixels.reshape({-1, 3, 16, 8, 16, 8}).permute({0, 2, 4, 1, 3, 5}).reshape({-1, 192});
        const at::Tensor out = at::linear(patches, tensors[name + "weight"].flatten(1), tensors[name + "bias"]);
        QVERIFY(out.mean(0).abs().max().item<double>() < 1e-3);
        const at::Tensor covariance = at::mm(out.t(), out) / double(out.size(0));
        const at::Tensor variance = covariance.diagonal();
        QVERIFY(variance.max().item<double>() < 0.2501);
        QVERIFY((covariance - at::diag(variance)).abs().max().item<double>() < 0.25);
        QVERIFY(variance.min().item<double>() > 0.01);
    }

    void numberTypes()
    {
        QCOMPARE(typeFromName("f32"), at::kFloat);
        QCOMPARE(typeFromName("bf16"), at::kBFloat16);
        QCOMPARE(typeFromName("auto"), fastType());
        QVERIFY_EXCEPTION_THROWN(typeFromName("f64"), std::exception);
        const at::Tensor a = at::ones({4, 4});
        {
            const AutocastScope autocast(at::kBFloat16);
            QCOMPARE(at::mm(a, a).scalar_type(), at::kBFloat16);
            const AutocastScope plain(at::kFloat);
            QCOMPARE(at::mm(a, a).scalar_type(), at::kFloat);
        }
        QCOMPARE(at::mm(a, a).scalar_type(), at::kFloat);
    }

private:
    LanguageBatch questions() const
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Stage1, 0, 2);
        return makeLanguageBatch(*m_tiny->source, pictures, 2, Packing::PerQuestion, 9);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TinyTraining> m_tiny;
};

QTEST_APPLESS_MAIN(TestTrainingStages)
#include "tst_training_stages.moc"

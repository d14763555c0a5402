// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/prompt.h"
#include "core/train/language_batch.h"
#include "core/train/naming.h"
#include "core/train/prefetch.h"
#include "core/train/random.h"
#include "models/llama/decoder.h"
#include "tests/core/train/tiny_training.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

using namespace qmop;
using namespace qmop::train;

namespace {

at::Tensor ids(std::vector<std::int64_t> values)
{
    return at::tensor(values, at::kLong).unsqueeze(0);
}

std::vector<int> tokens(const at::Tensor &tensor)
{
    const at::Tensor flat = tensor.contiguous().flatten();
    const std::int64_t *data = flat.data_ptr<std::int64_t>();
    return {data, data + flat.numel()};
}

} // namespace

class TestTrainingBatches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_tiny = std::make_unique<TinyTraining>(m_folder.path().toStdString()); }

    // Two questions of a rare type among six of a common one.
    void rareTypesAreDrawnMoreOften()
    {
        auto pictures = trainingScenes(*m_tiny->source, StageKind::Language, 3, 1);
        pictures[0].questions.resize(1);
        scenes::Question question = pictures[0].questions[0];
        pictures[0].questions.assign(8, question);
        for (std::size_t i = 0; i < 8; ++i)
            pictures[0].questions[i].type = i < 2 ? "rare" : "common";
        const TypeWeights root = typeWeights(pictures, 0.5);
        QCOMPARE(root.size(), std::size_t(2));
        QVERIFY(std::abs(root.at("rare") - 2) < 1e-12); // (1/4)^-0.5
        QVERIFY(std::abs(root.at("common") - std::sqrt(4.0 / 3)) < 1e-12);
        const auto share = [&](const TypeWeights &weights) {
            int rare = 0;
            for (std::uint64_t random = 0; random < 4000; ++random) {
                const auto types
                    = makeLanguageBatch(*m_tiny->source, pictures, 1, Packing::PerPicture, random, weights).types;
                rare += types.at(0) == "rare" ? 1 : 0;
            }
            return rare / 4000.0;
        };
        // The chance of the rare type is 2 w_r / (2 w_r + 6 w_c); standard deviation below 0.008.
        QVERIFY(std::abs(share({}) - 0.25) < 0.03);
        QVERIFY(std::abs(share(root) - 4 / (4 + 6 * std::sqrt(4.0 / 3))) < 0.03);
        QVERIFY(std::abs(share(typeWeights(pictures, 1)) - 0.5) < 0.03); // all types alike
        // Never twice, and all where all are asked for.
        const auto all = makeLanguageBatch(*m_tiny->source, pictures, 8, Packing::PerPicture, 1, root).types;
        QCOMPARE(std::count(all.begin(), all.end(), "rare"), 2);
        QCOMPARE(all.size(), std::size_t(8));
    }

    // Prefix of 2, questions of 2 and 1 tokens, one padding: rows read columns.
    void blockMaskByHand()
    {
        const at::Tensor mask = blockMask(ids({0, 0, 1, -1}), 2);
        const std::vector<std::string> expected{"x.....", "xx....", "xxx...", "xxxx..", "xx..x.", "xx...x"};
        QCOMPARE(mask.sizes(), at::IntArrayRef({1, 1, 6, 6}));
        for (std::int64_t row = 0; row < 6; ++row)
            for (std::int64_t column = 0; column < 6; ++column)
                QCOMPARE(mask[0][0][row][column].item<bool>(), expected[std::size_t(row)][std::size_t(column)] == 'x');
    }

    // Positions of every question start behind the prefix.
    void blockPositionsByHand()
    {
        QCOMPARE(tokens(blockPositions(ids({0, 1, 2, 0, 1}), 3)), std::vector<int>({0, 1, 2, 3, 4, 5, 3, 4}));
    }

    // Every question of a packed sequence ends with the hidden states that it has alone.
    void packedQuestionsDoNotSeeEachOther()
    {
        const at::NoGradGuard noGradient;
        m_tiny->initAll();
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Language, 3, 2);
        const LanguageBatch packed = makeLanguageBatch(*m_tiny->source, pictures, 0, Packing::PerPicture, 1);
        const LanguageBatch single = makeLanguageBatch(*m_tiny->source, pictures, 0, Packing::PerQuestion, 1);
        QCOMPARE(packed.dimensions, single.dimensions);
        QVERIFY(packed.dimensions.size() > 4);
        QVERIFY(at::equal(packed.answers, single.answers));
        const at::Tensor visual = at::randn({2, 5, m_tiny->model.config.decoder.hiddenSize},
                                            initGenerator(m_tiny->recipe, StageKind::Language));
        const auto hiddenAtAnswers = [&](const LanguageBatch &batch) {
            const WeightScope language = WeightScope(m_tiny->model.base) / "language_model";
            const at::Tensor x = at::cat({visual.index_select(0, batch.picture), embedTokens(language, batch.ids)}, 1);
            const at::Tensor mask = blockMask(batch.group, 5);
            return decoderForward(language, m_tiny->model.config.decoder, x, blockPositions(batch.offsets, 5), mask)
                .narrow(1, 5, batch.ids.size(1))
                .flatten(0, 1)
                .index_select(0, batch.answerRows);
        };
        QVERIFY(at::allclose(hiddenAtAnswers(packed), hiddenAtAnswers(single), 1e-4, 1e-5));
    }

    // The tokens that are learnt are the answer and the end of sequence, nothing else.
    void onlyAnswersAreLearnt()
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Language, 0, 3);
        const LanguageBatch batch = makeLanguageBatch(*m_tiny->source, pictures, 0, Packing::PerPicture, 1);
        const std::vector<int> learnt = tokens(batch.answers);
        const std::vector<int> of = tokens(batch.answerQuestion);
        const std::vector<int> rows = tokens(batch.answerRows);
        const std::vector<int> flat = tokens(batch.ids);
        int question = 0;
        for (const scenes::Scene &picture : pictures) {
            for (const scenes::Question &asked : picture.questions) {
                std::vector<int> expected = m_tiny->model.tokenizer->encode(asked.answer);
                expected.push_back(m_tiny->model.config.decoder.eosToken);
                std::vector<int> found;
                for (std::size_t i = 0; i < learnt.size(); ++i) {
                    if (of[i] != question)
                        continue;
                    if (found.empty()) // the first is predicted from the answer mark
                        QCOMPARE(flat[std::size_t(rows[i])], *m_tiny->model.tokenizer->specialToken("<a>"));
                    else
                        QCOMPARE(flat[std::size_t(rows[i])], found.back());
                    found.push_back(learnt[i]);
                }
                QCOMPARE(found, expected);
                ++question;
            }
        }
        QCOMPARE(std::size_t(question), batch.dimensions.size());
    }

    // Every part has one centre, and its patches point at one place: the middle of the part.
    void partsHaveOneCentre()
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Vision, 5, 4, 1, 1);
        const VisionBatch batch = makeVisionBatch(*m_tiny->source, pictures, {}, 1);
        std::size_t parts = 0, next = 0;
        for (std::size_t p = 0; p < pictures.size(); ++p) {
            std::map<int, int> centres;
            for (std::size_t patch = 0; patch < scenes::labelCount; ++patch) {
                const int part = pictures[p].patchPart[patch];
                QCOMPARE(part == 0, pictures[p].patchClass[patch] == 0);
                if (part == 0)
                    continue;
                const scenes::SceneObject &object = pictures[p].objects[std::size_t(part) - 1];
                QCOMPARE(int(pictures[p].patchClass[patch]), object.classIndex);
                const auto row = std::int64_t(next++);
                QCOMPARE(batch.partPatch[row].item<std::int64_t>(), std::int64_t(p * scenes::labelCount + patch));
                // 512 units per patch.
                QCOMPARE(batch.toCentre[row][0].item<float>() + float(patch % 16) + 0.5F,
                         float(object.centreX()) / 512);
                QCOMPARE(batch.toCentre[row][1].item<float>() + float(patch / 16) + 0.5F,
                         float(object.centreY()) / 512);
                centres[part] += int(batch.centre[row].item<float>());
            }
            for (const auto &[part, count] : centres)
                QCOMPARE(count, 1);
            parts += centres.size();
        }
        QCOMPARE(std::int64_t(next), batch.partPatch.size(0));
        QVERIFY(parts > 12);
        // Colours: of small shapes only.
        for (std::int64_t i = 0; i < batch.shapePatch.size(0); ++i) {
            const auto row = std::size_t(batch.shapePatch[i].item<std::int64_t>());
            const scenes::Scene &picture = pictures[row / scenes::labelCount];
            const int part = picture.patchPart[row % scenes::labelCount];
            QCOMPARE(batch.shapeColour[i].item<std::int64_t>(),
                     std::int64_t(picture.objects[std::size_t(part) - 1].colour));
        }
        QVERIFY(batch.shapePatch.size(0) > 0);
    }

    // Names: both spellings of a class, half each; the loss falls where tokens turn to their names.
    void namesByHand()
    {
        const at::Tensor weights = nameWeights(m_tiny->model);
        const auto &classes = scenes::classNames();
        QCOMPARE(weights.size(0), std::int64_t(classes.size()) - 1);
        QVERIFY(at::allclose(weights.sum(1), at::ones({weights.size(0)})));
        for (std::size_t c = 1; c < classes.size(); ++c) {
            const std::vector<int> ids = m_tiny->model.tokenizer->encode(" " + classes[c]);
            QVERIFY(weights[std::int64_t(c) - 1][ids.front()].item<float>() >= 0.5F / float(ids.size()));
        }
        // Two classes along the axes, one background patch: logits (3, 10, 0), (3, 0, 10), (3, -10, 0).
        // What the second half of the channels says is nobody's name.
        const at::Tensor names = at::cat({at::eye(2), at::full({2, 2}, 3.0)}, 1);
        const at::Tensor tokens = at::cat({at::tensor({2.0F, 0.0F, 0.0F, 5.0F, -1.0F, 0.0F}).view({1, 3, 2}),
                                           at::tensor({4.0F, 1.0F, -9.0F, 0.0F, 2.0F, 7.0F}).view({1, 3, 2})},
                                          2);
        const at::Tensor labels = at::tensor({1, 2, 0}, at::kLong).view({1, 3});
        const double named = std::log(1 + std::exp(-7.0) + std::exp(-10.0));
        const double blank = std::log(1 + std::exp(-13.0) + std::exp(-3.0));
        const double expected = (2 * named + 0.5 * blank) / 2.5;
        QVERIFY(std::abs(namingLoss(tokens, names, labels, 0.5).item<double>() - expected) < 1e-5);
        QVERIFY(namingLoss(-tokens, names, labels, 0.5).item<double>() > 5);
    }

    // More rounds ask more about the same pictures; the first round stays.
    void roundsAskAgain()
    {
        const auto once = trainingScenes(*m_tiny->source, StageKind::Language, 2, 6);
        const auto again = trainingScenes(*m_tiny->source, StageKind::Language, 2, 6, 3);
        int fresh = 0;
        for (std::size_t p = 0; p < once.size(); ++p) {
            QCOMPARE(once[p].image.rgb, again[p].image.rgb);
            QVERIFY(again[p].questions.size() > 2 * once[p].questions.size());
            std::set<std::string> texts;
            for (std::size_t q = 0; q < once[p].questions.size(); ++q) {
                QCOMPARE(again[p].questions[q].text, once[p].questions[q].text);
                texts.insert(once[p].questions[q].text);
            }
            for (const scenes::Question &question : again[p].questions)
                fresh += texts.insert(question.text).second ? 1 : 0;
        }
        QVERIFY(fresh > 6 * 5);
    }

    // The sequence is what inference builds: begin token and visual tokens, then question and mark.
    void followsThePrompt()
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Stage2, 0, 1);
        const LanguageBatch batch = makeLanguageBatch(*m_tiny->source, pictures, 0, Packing::PerQuestion, 1);
        const PromptIds prompt = makePrompt(*m_tiny->model.tokenizer, m_tiny->model.config.prompt,
                                            m_tiny->model.config.decoder.bosToken, pictures[0].questions[0].text);
        std::vector<int> expected = prompt.question;
        expected.insert(expected.end(), prompt.after.begin(), prompt.after.end());
        const std::vector<int> row = tokens(batch.ids[0]);
        QVERIFY(std::equal(expected.begin(), expected.end(), row.begin()));
        const TowerIds tower
            = makeTowerIds(*m_tiny->model.tokenizer, m_tiny->model.config.text, pictures[0].questions[0].text);
        const std::vector<int> text = tokens(batch.questions.ids[0]);
        QVERIFY(std::equal(tower.ids.begin(), tower.ids.end(), text.begin()));
        QCOMPARE(batch.questions.eosIndex[0].item<std::int64_t>(), std::int64_t(tower.ids.size()) - 1);
    }

    void stepsArePure()
    {
        const auto make = [&](std::int64_t step) {
            const auto pictures = trainingScenes(*m_tiny->source, StageKind::Vision, step, 3);
            return makeVisionBatch(*m_tiny->source, pictures, m_tiny->recipe.templates, mix64(std::uint64_t(step)));
        };
        const VisionBatch first = make(5), again = make(5), other = make(6);
        QVERIFY(at::equal(first.pixels, again.pixels));
        QVERIFY(at::equal(first.characterPatch, again.characterPatch));
        QVERIFY(at::equal(first.classTexts.ids, again.classTexts.ids));
        QVERIFY(!at::equal(first.pixels, other.pixels));
        QVERIFY(!at::equal(first.classTexts.ids, other.classTexts.ids));
    }

    // No picture comes twice, within a stage or across stages.
    void picturesAreAlwaysFresh()
    {
        std::set<std::vector<std::uint8_t>> seen;
        for (const StageKind stage : {StageKind::Vision, StageKind::Language})
            for (int step = 0; step < 4; ++step)
                for (const scenes::Scene &picture : trainingScenes(*m_tiny->source, stage, step, 4))
                    QVERIFY(seen.insert(picture.image.rgb).second);
    }

    void pixelsAreNormalised()
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Vision, 0, 2);
        const at::Tensor pixels = toPixels(*m_tiny->source, pictures);
        for (const auto &[x, y] : {std::pair{0, 0}, std::pair{127, 3}, std::pair{64, 127}})
            for (int channel = 0; channel < 3; ++channel) {
                const double expected = (pictures[1].image.at(x, y)[channel] / 255.0 - 0.5) / 0.5;
                QVERIFY(std::abs(pixels[1][channel][y][x].item<double>() - expected) < 1e-6);
            }
    }

    void characterLabelsPointAtTheirPatches()
    {
        const auto pictures = trainingScenes(*m_tiny->source, StageKind::Vision, 0, 24);
        const VisionBatch batch = makeVisionBatch(*m_tiny->source, pictures, {}, 1);
        std::int64_t lettered = 0, found = 0;
        for (const scenes::Scene &picture : pictures)
            lettered += std::count_if(picture.patchCharacter.begin(), picture.patchCharacter.end(),
                                      [](auto c) { return c > 0; });
        QVERIFY(lettered > 0);
        const std::vector<int> patches = tokens(batch.characterPatch), labels = tokens(batch.character);
        for (std::size_t i = 0; i < patches.size(); ++i) {
            const auto picture = std::size_t(patches[i] / scenes::labelCount);
            QCOMPARE(labels[i], int(pictures[picture].patchCharacter[std::size_t(patches[i] % scenes::labelCount)]));
            found += labels[i] > 0 ? 1 : 0;
        }
        QCOMPARE(found, lettered);
    }

    void prefetchKeepsOrderAndErrors()
    {
        double waited = -1;
        Prefetch<std::int64_t> numbers([](std::int64_t step) { return step * step; }, 2, 50, 3);
        for (std::int64_t step = 2; step < 50; ++step)
            QCOMPARE(numbers.next(waited), step * step);
        Prefetch<int> failing([](std::int64_t step) { return step < 2 ? 1 : throw std::runtime_error("no scene"); }, 0,
                              9);
        QVERIFY(waited >= 0);
        failing.next(waited);
        failing.next(waited);
        QVERIFY_EXCEPTION_THROWN(failing.next(waited), std::runtime_error);
        // Ends although nobody takes the batches.
        const Prefetch<int> unread([](std::int64_t) { return 1; }, 0, 1'000'000'000);
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<TinyTraining> m_tiny;
};

QTEST_APPLESS_MAIN(TestTrainingBatches)
#include "tst_training_batches.moc"

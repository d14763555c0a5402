// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clip/init.h"
#include "models/clip/text_tower.h"
#include "models/clip/vision_tower.h"
#include "qmop/error.h"
#include "tests/models/finite_difference.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>

#include <QTest>

using namespace qmop;

namespace {

const VisionConfig visionConfig{16, 2, 2, 24, 12, 4, 8, Activation::QuickGelu, 1e-5};
const TextTowerConfig textConfig{15, 12, 2, 2, 20, 10, 8, 1, 2, Activation::Gelu, 1e-5};

TensorMap visionWeights()
{
    TensorMap weights = initVision(visionConfig, at::make_generator<at::CPUGeneratorImpl>(1));
    // Away from the symmetric start: biases and norms too must count.
    for (auto &[name, tensor] : weights)
        tensor = tensor + 0.1 * at::randn(tensor.sizes());
    return weights;
}

TensorMap textWeights()
{
    return initText(textConfig, at::make_generator<at::CPUGeneratorImpl>(2));
}

VisionOutput see(const TensorMap &weights, const at::Tensor &pixels)
{
    return visionForward(WeightScope(weights) / "vision_tower" / "vision_model", visionConfig, pixels);
}

} // namespace

class TestClipTowers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { at::manual_seed(7); }
    void patchRowsFollowThePicture();
    void patchEmbeddingEqualsConvolution();
    void shapesAndAttentionMass();
    void classAttentionEqualsDefinition();
    void wrongPixelSizeIsRefused();
    void stopIsPolledBetweenLayers();
    void visionGradientEqualsFiniteDifferences();
    void visionTrainsInBfloat16();
    void textIgnoresWhatFollowsTheEnd();
    void textGradientEqualsFiniteDifferences();
    void longQuestionIsRefused();
};

// With one layer, rows are what enters it: changing one patch's pixels changes
// exactly that row, in raster order.
void TestClipTowers::patchRowsFollowThePicture()
{
    VisionConfig config = visionConfig;
    config.layers = 1;
    const TensorMap weights = visionWeights();
    const WeightScope scope = WeightScope(weights) / "vision_tower" / "vision_model";
    const at::Tensor pixels = at::randn({1, 3, 12, 12});
    at::Tensor changed = pixels.clone();
    changed[0][2][5][9] += 1.0; // row 1, column 2 of the 3 x 3 grid: patch 5
    const at::Tensor difference
        = (visionForward(scope, config, pixels).rows - visionForward(scope, config, changed).rows).abs().amax({0, 2});
    for (int patch = 0; patch < 9; ++patch)
        QCOMPARE(difference[patch].item<double>() > 1e-6, patch == 5);
}

void TestClipTowers::patchEmbeddingEqualsConvolution()
{
    VisionConfig config = visionConfig;
    config.layers = 1;
    const TensorMap weights = visionWeights();
    const WeightScope scope = WeightScope(weights) / "vision_tower" / "vision_model";
    const WeightScope embeddings = scope / "embeddings";
    const at::Tensor pixels = at::randn({2, 3, 12, 12});
    const at::Tensor patches
        = at::conv2d(pixels, embeddings["patch_embedding.weight"], embeddings["patch_embedding.bias"], 4)
              .flatten(2)
              .transpose(1, 2)
        + embeddings["position_embedding.weight"].narrow(0, 1, 9);
    const at::Tensor expected
        = at::layer_norm(patches, {16}, scope["pre_layrnorm.weight"], scope["pre_layrnorm.bias"], 1e-5);
    QVERIFY(at::allclose(visionForward(scope, config, pixels).rows, expected, 1e-4, 1e-5));
}

void TestClipTowers::shapesAndAttentionMass()
{
    const TensorMap weights = visionWeights();
    const VisionOutput out = see(weights, at::randn({3, 3, 12, 12}));
    QCOMPARE(out.rows.sizes(), at::IntArrayRef({3, 9, 16}));
    QCOMPARE(out.classRow.sizes(), at::IntArrayRef({3, 16}));
    QCOMPARE(out.classAttention.sizes(), at::IntArrayRef({3, 9}));
    QCOMPARE(out.last.sizes(), at::IntArrayRef({3, 10, 16}));
    QVERIFY((out.classAttention > 0).all().item<bool>());
    QVERIFY((out.classAttention.sum(1) < 1).all().item<bool>()); // the rest is the class token's own
    const at::Tensor joint = jointPatches(WeightScope(weights), visionConfig, out.last);
    QCOMPARE(joint.sizes(), at::IntArrayRef({3, 9, 8}));
    QVERIFY(at::allclose(joint.norm(2, {-1}), at::ones({3, 9})));
}

// From the definition, with the last layer's own weights and double loops.
void TestClipTowers::classAttentionEqualsDefinition()
{
    const TensorMap weights = visionWeights();
    const VisionOutput out = see(weights, at::randn({1, 3, 12, 12}));
    const WeightScope layer = WeightScope(weights) / "vision_tower" / "vision_model" / "encoder" / "layers" / 1;
    const at::Tensor hidden = at::cat({out.classRow.unsqueeze(1), out.rows}, 1).squeeze(0);
    const at::Tensor x = at::layer_norm(hidden, {16}, layer["layer_norm1.weight"], layer["layer_norm1.bias"], 1e-5);
    const auto project = [&](const std::string &name) {
        return at::linear(x, layer["self_attn." + name + ".weight"], layer["self_attn." + name + ".bias"])
            .to(at::kDouble);
    };
    const at::Tensor q = project("q_proj"), k = project("k_proj");
    std::vector<double> mean(9, 0.0);
    for (int head = 0; head < 2; ++head) {
        std::vector<double> exponentials;
        double sum = 0;
        for (int row = 0; row < 10; ++row) {
            double dot = 0;
            for (int c = head * 8; c < head * 8 + 8; ++c)
                dot += q[0][c].item<double>() * k[row][c].item<double>();
            exponentials.push_back(std::exp(dot / std::sqrt(8.0)));
            sum += exponentials.back();
        }
        for (int patch = 0; patch < 9; ++patch)
            mean[patch] += exponentials[patch + 1] / sum / 2;
    }
    for (int patch = 0; patch < 9; ++patch)
        QVERIFY(std::abs(out.classAttention[0][patch].item<double>() - mean[patch]) < 1e-5);
}

void TestClipTowers::wrongPixelSizeIsRefused()
{
    const TensorMap weights = visionWeights();
    QVERIFY_EXCEPTION_THROWN(see(weights, at::randn({1, 3, 16, 12})), Error);
}

void TestClipTowers::stopIsPolledBetweenLayers()
{
    const TensorMap weights = visionWeights();
    int polls = 0;
    visionForward(WeightScope(weights) / "vision_tower" / "vision_model", visionConfig, at::randn({1, 3, 12, 12}),
                  [&] { ++polls; });
    QCOMPARE(polls, visionConfig.layers);
}

void TestClipTowers::visionGradientEqualsFiniteDifferences()
{
    TensorMap weights = trainableDoubles(visionWeights());
    const at::Tensor pixels = at::randn({2, 3, 12, 12}, at::kDouble);
    const at::Tensor probe = at::randn({2, 10, 16}, at::kDouble), probeJoint = at::randn({2, 9, 8}, at::kDouble);
    const auto loss = [&] {
        const VisionOutput out = see(weights, pixels);
        const at::Tensor joint = jointPatches(WeightScope(weights), visionConfig, out.last);
        return (out.last * probe).sum() + (out.rows * probe.narrow(1, 1, 9)).sum() + out.classRow.sum()
            + (joint.to(at::kDouble) * probeJoint).sum();
    };
    QVERIFY(gradientError(weights, loss) < 1e-5);
}

void TestClipTowers::visionTrainsInBfloat16()
{
    TensorMap weights = visionWeights();
    for (auto &[name, tensor] : weights)
        tensor = tensor.detach().set_requires_grad(true);
    const at::Tensor pixels = at::randn({2, 3, 12, 12});
    const auto gradients = [&](bool autocast) {
        at::autocast::set_autocast_enabled(at::kCPU, autocast);
        const VisionOutput out = see(weights, pixels);
        at::autocast::set_autocast_enabled(at::kCPU, false);
        at::autocast::clear_cache();
        out.last.to(at::kFloat).select(2, 3).sum().backward();
        std::vector<at::Tensor> flat;
        for (auto &[name, tensor] : weights)
            if (tensor.grad().defined()) {
                flat.push_back(tensor.grad().flatten());
                tensor.mutable_grad() = at::Tensor();
            }
        return at::cat(flat);
    };
    const at::Tensor narrow = gradients(true), wide = gradients(false);
    QCOMPARE(narrow.scalar_type(), at::kFloat);
    QVERIFY((narrow.dot(wide) / narrow.norm() / wide.norm()).item<double>() > 0.999);
}

void TestClipTowers::textIgnoresWhatFollowsTheEnd()
{
    const TensorMap weights = textWeights();
    const WeightScope scope = WeightScope(weights) / "text_tower";
    const at::Tensor ids = at::tensor({1, 5, 6, 2, 0, 0, 1, 7, 8, 9, 10, 2}, at::kLong).view({2, 6});
    const at::Tensor end = at::tensor({3, 5}, at::kLong);
    at::Tensor changed = ids.clone();
    changed[0][4] = 11;
    const TextOutput a = textForward(scope, textConfig, ids, end), b = textForward(scope, textConfig, changed, end);
    QVERIFY(at::allclose(a.eos, b.eos, 1e-5, 1e-6));
    QVERIFY(at::allclose(a.joint.norm(2, {-1}), at::ones({2})));
    const at::Tensor alone
        = textForward(scope, textConfig, ids.narrow(0, 0, 1).narrow(1, 0, 4), end.narrow(0, 0, 1)).eos;
    QVERIFY(at::allclose(alone, a.eos.narrow(0, 0, 1), 1e-4, 1e-5));
    changed[0][1] = 12;
    QVERIFY(!at::allclose(textForward(scope, textConfig, changed, end).eos[0], a.eos[0], 1e-4, 1e-5));
}

void TestClipTowers::textGradientEqualsFiniteDifferences()
{
    TensorMap weights = trainableDoubles(textWeights());
    const at::Tensor ids = at::tensor({1, 5, 6, 2, 0, 0, 1, 7, 8, 9, 10, 2}, at::kLong).view({2, 6});
    const at::Tensor end = at::tensor({3, 5}, at::kLong);
    const at::Tensor probe = at::randn({2, 12}, at::kDouble), probeJoint = at::randn({2, 8}, at::kDouble);
    const auto loss = [&] {
        const TextOutput out = textForward(WeightScope(weights) / "text_tower", textConfig, ids, end);
        return (out.eos * probe).sum() + (out.joint.to(at::kDouble) * probeJoint).sum();
    };
    QVERIFY(gradientError(weights, loss) < 1e-5);
}

void TestClipTowers::longQuestionIsRefused()
{
    const TensorMap weights = textWeights();
    const at::Tensor ids = at::ones({1, 11}, at::kLong);
    try {
        textForward(WeightScope(weights) / "text_tower", textConfig, ids, at::full({1}, 10, at::kLong));
        QFAIL("no error");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidQuestion);
        QVERIFY(std::string(error.what()).find("11 tokens") != std::string::npos);
    }
}

QTEST_GUILESS_MAIN(TestClipTowers)
#include "tst_clip_towers.moc"

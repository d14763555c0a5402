// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a checkpoint must hold is what the networks begin training with.
#include "models/checkpoint/expected_tensors.h"
#include "models/clip/init.h"
#include "models/llama/init.h"
#include "models/projector/init.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <QTest>

using namespace qmop;

namespace {

ModelConfig smallConfig()
{
    ModelConfig config;
    config.vision = {16, 2, 2, 32, 24, 4, 8, Activation::Gelu, 1e-5};
    config.text = {50, 12, 2, 3, 24, 10, 8, 1, 2, Activation::Gelu, 1e-5};
    config.decoder.vocabSize = 50;
    config.decoder.hiddenSize = 20;
    config.decoder.layers = 2;
    config.decoder.heads = 4;
    config.decoder.kvHeads = 2;
    config.decoder.headDim = 6;
    config.decoder.intermediateSize = 28;
    config.qmop = ProjectorConfig{9, 2, 4, 11};
    return config;
}

TensorMap firstWeights(const ModelConfig &config)
{
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(1);
    TensorMap tensors;
    for (const TensorMap &part : {initVision(config.vision, generator), initText(config.text, generator),
                                  initDecoder(config.decoder, generator),
                                  initProjector(*config.qmop, config.vision.hiddenSize, config.text.hiddenSize,
                                                config.decoder.hiddenSize, config.vision.gridSide(), generator)})
        tensors.insert(part.begin(), part.end());
    return tensors;
}

}

class TestExpectedTensors : public QObject {
    Q_OBJECT

    void expectRefused(const TensorMap &tensors, const QString &part)
    {
        try {
            requireTensors(tensors, smallConfig(), "some/folder");
            QFAIL("no exception");
        } catch (const Error &error) {
            QCOMPARE(int(error.code()), int(ErrorCode::InvalidModel));
            QVERIFY2(QString(error.what()).startsWith("some/folder: ") && QString(error.what()).contains(part),
                     error.what());
        }
    }

private Q_SLOTS:
    void firstWeightsAreExactlyWhatIsExpected_data()
    {
        QTest::addColumn<bool>("tied");
        QTest::newRow("tied") << true;
        QTest::newRow("untied") << false;
    }

    void firstWeightsAreExactlyWhatIsExpected()
    {
        QFETCH(bool, tied);
        ModelConfig config = smallConfig();
        config.decoder.tieEmbeddings = tied;
        const TensorMap tensors = firstWeights(config);
        const auto expected = expectedTensors(config);
        requireTensors(tensors, config, "some/folder");
        for (const auto &[name, tensor] : tensors)
            QVERIFY2(expected.contains(name), name.c_str());
        QCOMPARE(expected.contains("language_model.lm_head.weight"), !tied);
    }

    void partsThatAModelLacks()
    {
        ModelConfig config = smallConfig();
        config.qmop.reset();
        config.text = {};
        for (const auto &[name, tensor] : expectedTensors(config))
            QVERIFY2(!name.starts_with("qmop.") && !name.starts_with("text_tower."), name.c_str());
    }

    void damageIsNamed()
    {
        const TensorMap valid = firstWeights(smallConfig());
        requireTensors(valid, smallConfig(), "some/folder");

        TensorMap missing = valid;
        missing.erase("qmop.router.linear_2.bias");
        expectRefused(missing, "no tensor qmop.router.linear_2.bias");

        TensorMap reshaped = valid;
        reshaped["language_model.model.layers.1.self_attn.k_proj.weight"] = at::zeros({24, 20});
        expectRefused(reshaped, "k_proj.weight has shape [24, 20], expected [12, 20]");

        TensorMap whole = valid;
        whole["vision_tower.vision_model.pre_layrnorm.bias"] = at::zeros({16}, at::kInt);
        expectRefused(whole, "pre_layrnorm.bias has dtype Int");

        TensorMap optional = valid;
        optional["vision_tower.vision_model.embeddings.patch_embedding.bias"] = at::zeros({17});
        expectRefused(optional, "patch_embedding.bias has shape");

        TensorMap more = valid;
        more["vision_tower.vision_model.embeddings.position_ids"] = at::arange(10);
        requireTensors(more, smallConfig(), "some/folder");
    }
};

QTEST_APPLESS_MAIN(TestExpectedTensors)
#include "tst_expected_tensors.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stages without the pipeline around them.
#include "core/pipeline/stages.h"
#include "tests/fixtures/random_checkpoint.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

using namespace qmop;

namespace {

struct Outcome {
    at::Tensor visual; // [1, M, D]
    DecodeResult decoded;
};

Outcome runStages(LoadedModel &model, const std::string &compressorId)
{
    const std::string question = "where is this?";
    const ModelVariant &variant = needsQmop(compressorId) ? model.forBudget(16) : model.base();
    const PreparedPicture picture = preparePicture(stripedPng(90, 60), "stripes", model.preprocess(), 10'000'000);
    VisionFeatures vision = encodePicture(model, picture.pixels, [](int, int) {});
    const QueryFeatures query = encodeQuestion(model, question);
    const CompressorInput input{vision.rows,
                                vision.classRow,
                                vision.classAttention,
                                picture.padding,
                                [&] { return ensureJointPatches(model, vision); },
                                query.eos,
                                query.joint};
    const CompressedTokens tokens
        = makeCompressor(compressorId, variant.root(), variant.config)->compress(input, {}, {});
    DecodeJob job;
    job.variant = &variant;
    job.tokenizer = &model.tokenizer();
    job.prompt = makePrompt(model.tokenizer(), variant.config.prompt, variant.config.decoder.bosToken, question);
    job.visual = tokens.rows;
    job.config.maxNewTokens = 4;
    job.onPrefill = [](int, int) {};
    job.onStep = [] {};
    job.onToken = [](const std::string &, const DecodedToken &) {};
    return {tokens.rows, decodeAnswer(job)};
}

} // namespace

class TestStages : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::filesystem::path m_model;

private Q_SLOTS:
    void initTestCase()
    {
        m_model = m_dir.path().toStdString();
        RandomCheckpointOptions options;
        options.imageSize = 64;
        writeRandomCheckpoint(m_model, options);
    }

    // A picture of 90 x 60 on a square of 90: bands of 15 above and below, in a
    // grid of 8 rows of 11.25 pixels each: the first and the last row show only padding.
    void preparesByHand()
    {
        const LoadedModel model(m_model);
        const PreparedPicture picture = preparePicture(stripedPng(90, 60), "stripes", model.preprocess(), 10'000'000);
        QCOMPARE(picture.pixels.sizes(), at::IntArrayRef({1, 3, 64, 64}));
        QCOMPARE(picture.padding.sizes(), at::IntArrayRef({1, 64}));
        at::Tensor expected = at::zeros({8, 8}, at::kBool);
        expected[0].fill_(true);
        expected[7].fill_(true);
        QVERIFY(at::equal(picture.padding.view({8, 8}), expected));
    }

    void encodesShapes()
    {
        const LoadedModel model(m_model);
        const PreparedPicture picture = preparePicture(stripedPng(90, 60), "stripes", model.preprocess(), 10'000'000);
        std::vector<int> layers;
        VisionFeatures vision = encodePicture(model, picture.pixels, [&](int done, int total) {
            QCOMPARE(total, 3);
            layers.push_back(done);
        });
        QCOMPARE(layers, (std::vector<int>{0, 1, 2}));
        QCOMPARE(vision.rows.sizes(), at::IntArrayRef({1, 64, 32}));
        QCOMPARE(vision.classRow.sizes(), at::IntArrayRef({1, 32}));
        QVERIFY(!vision.jointPatches.defined()); // until pruning asks
        const at::Tensor joint = ensureJointPatches(model, vision);
        QCOMPARE(joint.sizes(), at::IntArrayRef({1, 64, 16}));
        QVERIFY(at::allclose(joint.norm(2, {-1}), at::ones({1, 64}), 1e-4, 1e-5));
        QVERIFY(!vision.last.defined());
        QVERIFY(ensureJointPatches(model, vision).is_same(joint)); // once
        const QueryFeatures query = encodeQuestion(model, std::string(200, 'q'));
        QCOMPARE(query.eos.sizes(), at::IntArrayRef({1, 32}));
        QCOMPARE(query.tokens - query.cut, 14); // 16 positions less begin and end
        QVERIFY(query.cut > 0);
    }

    // Big models compute in bfloat16 where the CPU can: the same code, coarser.
    void bfloat16StaysClose_data()
    {
        QTest::addColumn<QString>("id");
        for (const char *id : {"none", "pool", "resample", "blind"})
            QTest::newRow(id) << id;
    }

    void bfloat16StaysClose()
    {
        QFETCH(QString, id);
        LoadedModel wide(m_model, {}, {}, at::kFloat);
        LoadedModel narrow(m_model, {}, {}, at::kBFloat16);
        const Outcome full = runStages(wide, id.toStdString());
        const Outcome half = runStages(narrow, id.toStdString());
        QCOMPARE(half.visual.sizes(), full.visual.sizes());
        QVERIFY(!half.decoded.answer.tokens.empty());
        if (id == "blind")
            return;
        QCOMPARE(half.visual.scalar_type(), at::kBFloat16);
        QCOMPARE(half.decoded.kvBytes * 2, full.decoded.kvBytes);
        const double error = ((half.visual.to(at::kFloat) - full.visual).norm() / full.visual.norm()).item<double>();
        QVERIFY2(error < 0.05, qPrintable(QString::number(error)));
    }
};

QTEST_APPLESS_MAIN(TestStages)
#include "tst_stages.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/llama/decoder.h"
#include "models/llama/init.h"
#include "qmop/error.h"
#include "tests/models/finite_difference.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>
#include <c10/core/InferenceMode.h>

#include <QTest>

using namespace qmop;

namespace {

DecoderConfig smallConfig(int kvHeads, bool tied)
{
    DecoderConfig config{20, 24, 2, 4, kvHeads, 6, 32, 64};
    config.tieEmbeddings = tied;
    return config;
}

TensorMap weightsOf(const DecoderConfig &config)
{
    return initDecoder(config, at::make_generator<at::CPUGeneratorImpl>(3));
}

bool close(const at::Tensor &a, const at::Tensor &b)
{
    return at::allclose(a, b, 1e-4, 1e-5);
}

} // namespace

class TestDecoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { at::manual_seed(6); }
    void oneTokenEqualsNaiveLoop();
    void laterTokensChangeNothingEarlier();
    void cachedEqualsUncached_data();
    void cachedEqualsUncached();
    void packedQuestionsEqualSeparateOnes();
    void fullCacheIsRefused();
    void cacheNeverGrows();
    void cancelledRunLeavesCache();
    void gradientEqualsFiniteDifferences_data();
    void gradientEqualsFiniteDifferences();
    void trainsInBfloat16UnderAutocast();
    void missingTensorIsNamed();
};

// One token sees only itself, so attention is its value row; written out in
// double: RMSNorm, v, o, residual, RMSNorm, SwiGLU, residual, RMSNorm.
void TestDecoder::oneTokenEqualsNaiveLoop()
{
    DecoderConfig config = smallConfig(4, true);
    config.layers = 1;
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    const WeightScope layer = model / "model" / "layers" / 0;
    using Row = std::vector<double>;
    const auto norm = [](const Row &x) {
        double sum = 0;
        for (const double value : x)
            sum += value * value;
        Row out;
        for (const double value : x)
            out.push_back(value / std::sqrt(sum / double(x.size()) + 1e-5)); // all norm weights are 1
        return out;
    };
    const auto times = [&](const char *name, const Row &x) {
        const at::Tensor &matrix = layer[name];
        Row out(matrix.size(0), 0.0);
        for (std::int64_t i = 0; i < matrix.size(0); ++i)
            for (std::int64_t j = 0; j < matrix.size(1); ++j)
                out[i] += matrix[i][j].item<double>() * x[j];
        return out;
    };
    const auto add = [](Row a, const Row &b) {
        for (std::size_t i = 0; i < a.size(); ++i)
            a[i] += b[i];
        return a;
    };
    const at::Tensor input = at::randn({1, 1, config.hiddenSize});
    Row x;
    for (std::int64_t i = 0; i < config.hiddenSize; ++i)
        x.push_back(input[0][0][i].item<double>());
    x = add(x, times("self_attn.o_proj.weight", times("self_attn.v_proj.weight", norm(x))));
    const Row gate = times("mlp.gate_proj.weight", norm(x));
    Row inner = times("mlp.up_proj.weight", norm(x));
    for (std::size_t i = 0; i < inner.size(); ++i)
        inner[i] *= gate[i] / (1 + std::exp(-gate[i]));
    x = norm(add(x, times("mlp.down_proj.weight", inner)));

    KvCache cache = makeKvCache(config, 1, 1, at::kFloat);
    const at::Tensor out = decoderForward(model, config, input, cache);
    for (std::int64_t i = 0; i < config.hiddenSize; ++i)
        QVERIFY(std::abs(out[0][0][i].item<double>() - x[i]) < 1e-5);
}

void TestDecoder::laterTokensChangeNothingEarlier()
{
    const DecoderConfig config = smallConfig(2, true);
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    const at::Tensor first = at::randn({1, 9, config.hiddenSize});
    at::Tensor second = first.clone();
    second.select(1, 6).normal_();
    const at::Tensor positions = at::arange(9, at::kLong).unsqueeze(0);
    const at::Tensor a = decoderForward(model, config, first, positions, at::Tensor());
    const at::Tensor b = decoderForward(model, config, second, positions, at::Tensor());
    QVERIFY(close(a.narrow(1, 0, 6), b.narrow(1, 0, 6)));
    for (std::int64_t i = 6; i < 9; ++i)
        QVERIFY(!close(a.select(1, i), b.select(1, i)));
}

void TestDecoder::cachedEqualsUncached_data()
{
    QTest::addColumn<int>("kvHeads");
    QTest::addColumn<bool>("tied");
    QTest::addColumn<QList<int>>("pieces");
    for (const int kvHeads : {1, 2, 4}) {
        QTest::addRow("%d kv heads, at once", kvHeads) << kvHeads << true << QList<int>{8};
        QTest::addRow("%d kv heads, prefill then tokens", kvHeads) << kvHeads << false << QList<int>{5, 1, 1, 1};
        QTest::addRow("%d kv heads, two prefills", kvHeads) << kvHeads << true << QList<int>{3, 4, 1};
    }
}

void TestDecoder::cachedEqualsUncached()
{
    QFETCH(int, kvHeads);
    QFETCH(bool, tied);
    QFETCH(QList<int>, pieces);
    const c10::InferenceMode inference;
    const DecoderConfig config = smallConfig(kvHeads, tied);
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    const at::Tensor x = at::randn({2, 8, config.hiddenSize});
    const at::Tensor positions = at::arange(8, at::kLong).unsqueeze(0).expand({2, 8});
    const at::Tensor whole = decoderLogits(model, config, decoderForward(model, config, x, positions, at::Tensor()));

    KvCache cache = makeKvCache(config, 2, 11, at::kFloat);
    std::vector<at::Tensor> parts;
    for (const int piece : pieces) {
        const at::Tensor rows = x.narrow(1, cache.length, piece);
        parts.push_back(decoderLogits(model, config, decoderForward(model, config, rows, cache)));
    }
    QCOMPARE(cache.length, 8);
    QVERIFY(close(at::cat(parts, 1), whole));
}

// Training packs several questions behind one picture: with a block mask and
// positions that start again, each gets the rows it has alone.
void TestDecoder::packedQuestionsEqualSeparateOnes()
{
    const DecoderConfig config = smallConfig(2, true);
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    const at::Tensor picture = at::randn({1, 4, config.hiddenSize});
    const at::Tensor questions[] = {at::randn({1, 3, config.hiddenSize}), at::randn({1, 2, config.hiddenSize})};
    const at::Tensor positions = at::tensor({0, 1, 2, 3, 4, 5, 6, 4, 5}, at::kLong).unsqueeze(0);
    at::Tensor mask = at::ones({1, 1, 9, 9}, at::kBool).tril();
    mask.narrow(2, 7, 2).narrow(3, 4, 3).fill_(false);
    const at::Tensor packed
        = decoderForward(model, config, at::cat({picture, questions[0], questions[1]}, 1), positions, mask);
    std::int64_t row = 4;
    for (const at::Tensor &question : questions) {
        const at::Tensor own = at::arange(4 + question.size(1), at::kLong).unsqueeze(0);
        const at::Tensor alone = decoderForward(model, config, at::cat({picture, question}, 1), own, at::Tensor());
        QVERIFY(close(packed.narrow(1, row, question.size(1)), alone.narrow(1, 4, question.size(1))));
        row += question.size(1);
    }
}

void TestDecoder::fullCacheIsRefused()
{
    const DecoderConfig config = smallConfig(4, true);
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    KvCache cache = makeKvCache(config, 1, 4, at::kFloat);
    decoderForward(model, config, at::randn({1, 3, config.hiddenSize}), cache);
    try {
        decoderForward(model, config, at::randn({1, 2, config.hiddenSize}), cache);
        QFAIL("no error");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidArgument);
        QVERIFY(std::string(error.what()).find("needs 5 positions") != std::string::npos);
        QVERIFY(std::string(error.what()).find("holds 4") != std::string::npos);
    }
    QCOMPARE(cache.length, 3);
    decoderForward(model, config, at::randn({1, 1, config.hiddenSize}), cache);
    QCOMPARE(cache.length, 4);
}

void TestDecoder::cacheNeverGrows()
{
    const DecoderConfig config = smallConfig(2, true);
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    KvCache cache = makeKvCache(config, 1, 16, at::kFloat);
    QCOMPARE(cache.bytes(), 2 * 2 * 2 * 16 * 6 * 4); // keys and values, layers, kv heads, capacity, width, bytes
    const void *first = cache.keys[1].data_ptr();
    for (int i = 0; i < 16; ++i)
        decoderForward(model, config, at::randn({1, 1, config.hiddenSize}), cache);
    QCOMPARE(cache.keys[1].data_ptr(), first);
    QCOMPARE(cache.bytes(), 2 * 2 * 2 * 16 * 6 * 4);
}

void TestDecoder::cancelledRunLeavesCache()
{
    const DecoderConfig config = smallConfig(2, true);
    const TensorMap weights = weightsOf(config);
    const WeightScope model = WeightScope(weights) / "language_model";
    KvCache cache = makeKvCache(config, 1, 8, at::kFloat);
    const at::Tensor x = at::randn({1, 3, config.hiddenSize});
    int polls = 0;
    const auto stop = [&] {
        if (++polls == 2)
            throw Error(ErrorCode::Cancelled, "stopped");
    };
    QVERIFY_EXCEPTION_THROWN(decoderForward(model, config, x, cache, stop), Error);
    QCOMPARE(cache.length, 0);
    KvCache fresh = makeKvCache(config, 1, 8, at::kFloat);
    QVERIFY(close(decoderForward(model, config, x, cache), decoderForward(model, config, x, fresh)));
}

void TestDecoder::gradientEqualsFiniteDifferences_data()
{
    QTest::addColumn<int>("kvHeads");
    QTest::addColumn<bool>("tied");
    QTest::addColumn<bool>("masked");
    QTest::newRow("tied, causal") << 4 << true << false;
    QTest::newRow("grouped, untied, masked") << 2 << false << true;
}

void TestDecoder::gradientEqualsFiniteDifferences()
{
    QFETCH(int, kvHeads);
    QFETCH(bool, tied);
    QFETCH(bool, masked);
    const DecoderConfig config = smallConfig(kvHeads, tied);
    TensorMap weights = trainableDoubles(weightsOf(config));
    const WeightScope model = WeightScope(weights) / "language_model";
    const at::Tensor ids = at::randint(0, config.vocabSize, {2, 6}, at::kLong);
    const at::Tensor positions = at::arange(6, at::kLong).unsqueeze(0).expand({2, 6});
    at::Tensor mask;
    if (masked) {
        mask = at::ones({2, 1, 6, 6}, at::kBool).tril();
        mask[1].narrow(2, 0, 1).fill_(false); // nobody may see the first token of the second sequence
        mask[1].narrow(1, 0, 1).narrow(2, 0, 1).fill_(true);
    }
    const auto loss = [&] {
        const at::Tensor hidden = decoderForward(model, config, embedTokens(model, ids), positions, mask);
        const at::Tensor logits = decoderLogits(model, config, hidden).narrow(1, 0, 5).reshape({10, config.vocabSize});
        return at::cross_entropy_loss(logits, ids.narrow(1, 1, 5).reshape({10}));
    };
    QVERIFY(gradientError(weights, loss) < 1e-6);
}

void TestDecoder::trainsInBfloat16UnderAutocast()
{
    const DecoderConfig config = smallConfig(2, true);
    TensorMap weights = weightsOf(config);
    for (auto &[name, tensor] : weights)
        tensor.set_requires_grad(true);
    const WeightScope model = WeightScope(weights) / "language_model";
    const at::Tensor ids = at::randint(0, config.vocabSize, {2, 6}, at::kLong);
    const at::Tensor positions = at::arange(6, at::kLong).unsqueeze(0).expand({2, 6});
    at::autocast::set_autocast_enabled(at::kCPU, true);
    const at::Tensor hidden = decoderForward(model, config, embedTokens(model, ids), positions, at::Tensor());
    const at::Tensor logits = decoderLogits(model, config, hidden);
    at::autocast::set_autocast_enabled(at::kCPU, false);
    at::autocast::clear_cache();
    QCOMPARE(hidden.scalar_type(), at::kBFloat16);
    const at::Tensor wide
        = decoderLogits(model, config, decoderForward(model, config, embedTokens(model, ids), positions, at::Tensor()));
    QVERIFY(((logits - wide).norm() / wide.norm()).item<double>() < 2e-2);
    logits.to(at::kFloat).square().mean().backward();
    for (const auto &[name, tensor] : weights) {
        QVERIFY2(tensor.grad().defined(), name.c_str());
        QCOMPARE(tensor.grad().scalar_type(), at::kFloat);
        QVERIFY2(tensor.grad().isfinite().all().item<bool>(), name.c_str());
    }
}

void TestDecoder::missingTensorIsNamed()
{
    const DecoderConfig config = smallConfig(2, true);
    TensorMap weights = weightsOf(config);
    weights.erase("language_model.model.layers.1.mlp.up_proj.weight");
    KvCache cache = makeKvCache(config, 1, 4, at::kFloat);
    try {
        decoderForward(WeightScope(weights) / "language_model", config, at::randn({1, 2, config.hiddenSize}), cache);
        QFAIL("no error");
    } catch (const Error &error) {
        QVERIFY(std::string(error.what()).find("model.layers.1.mlp.up_proj.weight") != std::string::npos);
    }
}

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"

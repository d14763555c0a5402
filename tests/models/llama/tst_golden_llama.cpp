// SPDX-License-Identifier: GPL-3.0-or-later
//
// The decoder against transformers (tests/golden/make_network_golden.py), with
// grouped-query heads (4:2) and 64 greedy tokens from input embeddings.
#include "models/llama/decoder.h"
#include "models/llama/decoder_ops.h"
#include "tests/models/network_golden.h"

#include <c10/core/InferenceMode.h>

#include <QTest>

using namespace qmop;

class TestGoldenLlama : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void prefillEqualsTransformers();
    void greedyTokensEqualTransformers();
    void attentionEqualsTransformers();

private:
    TensorMap m_tensors;
    DecoderConfig m_config;
};

void TestGoldenLlama::initTestCase()
{
    m_tensors = readGolden("llama_golden.safetensors");
    m_config = {128, 64, 3, 4, 2, 16, 96, 256};
}

void TestGoldenLlama::prefillEqualsTransformers()
{
    const c10::InferenceMode inference;
    const WeightScope root(m_tensors);
    const WeightScope model = root / "language_model";
    KvCache cache = makeKvCache(m_config, 1, 20, at::kFloat);
    const at::Tensor hidden = decoderForward(model, m_config, root["golden.embeddings"], cache);
    QVERIFY(reportPart("llama hidden", hidden, root["golden.hidden"]) <= 1e-4);
    QVERIFY(reportPart("llama prefill_logits", decoderLogits(model, m_config, hidden), root["golden.prefill_logits"])
            <= 1e-4);
}

void TestGoldenLlama::greedyTokensEqualTransformers()
{
    const c10::InferenceMode inference;
    const WeightScope root(m_tensors);
    const WeightScope model = root / "language_model";
    const at::Tensor expected = root["golden.tokens"];
    const std::int64_t count = expected.size(0);
    QCOMPARE(count, 64);
    KvCache cache = makeKvCache(m_config, 1, 20 + count, at::kFloat);
    at::Tensor hidden = decoderForward(model, m_config, root["golden.embeddings"], cache);
    std::vector<at::Tensor> logits, tokens;
    for (std::int64_t i = 0; i < count; ++i) {
        logits.push_back(decoderLogits(model, m_config, hidden.select(1, hidden.size(1) - 1)).squeeze(0));
        tokens.push_back(logits.back().argmax());
        hidden = decoderForward(model, m_config, embedTokens(model, tokens.back().view({1, 1})), cache);
    }
    const std::int64_t equal = (at::stack(tokens) == expected).sum().item<std::int64_t>();
    std::printf("golden llama tokens equal %lld of %lld\n", (long long)equal, (long long)count);
    QCOMPARE(equal, count);
    QVERIFY(reportPart("llama step_logits", at::stack(logits), root["golden.step_logits"]) <= 1e-4);
}

// Weights of every layer and head in the row that chose each token.
void TestGoldenLlama::attentionEqualsTransformers()
{
    const c10::InferenceMode inference;
    const WeightScope root(m_tensors);
    const WeightScope model = root / "language_model";
    const TensorMap golden = readGolden("attention_golden.safetensors");
    const at::Tensor expected = WeightScope(golden)["golden.attention"]; // [steps, layers, heads, 20]
    KvCache cache = makeKvCache(m_config, 1, 20 + expected.size(0), at::kFloat);
    std::vector<at::Tensor> layers, steps;
    const AttentionObserver observe = [&](int layer, const at::Tensor &query, const at::Tensor &key) {
        QCOMPARE(std::size_t(layer), layers.size());
        layers.push_back(lastRowAttention(query, key)[0].narrow(1, 0, 20));
    };
    at::Tensor input = root["golden.embeddings"];
    for (std::int64_t i = 0; i < expected.size(0); ++i) {
        decoderForward(model, m_config, input, cache, {}, observe);
        steps.push_back(at::stack(layers));
        layers.clear();
        input = embedTokens(model, root["golden.tokens"][i].view({1, 1}));
    }
    QVERIFY(reportPart("llama answer attention", at::stack(steps), expected) <= 1e-4);
}

QTEST_GUILESS_MAIN(TestGoldenLlama)
#include "tst_golden_llama.moc"

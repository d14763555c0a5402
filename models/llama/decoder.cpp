// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/llama/decoder.h"

#include "models/attention/attention.h"
#include "models/checkpoint/compute_type.h"
#include "models/llama/decoder_ops.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <utility>

namespace qmop {
namespace {

struct KeyValue {
    at::Tensor key; // [B, kvHeads, T, d]
    at::Tensor value; // [B, kvHeads, T, d]
};

// What attention sees of the sequence, the same for all layers.
struct Context {
    Rotary rotary;
    at::Tensor mask; // additive, or undefined
    bool causal = false;
};

at::Tensor project(const WeightScope &linear, const at::Tensor &x)
{
    return at::linear(x, linear["weight"], linear.find("bias"));
}

using LayerObserver = std::function<void(const at::Tensor &query, const at::Tensor &key)>;

LayerObserver ofLayer(const AttentionObserver &observe, int layer)
{
    if (!observe)
        return {};
    return [&observe, layer](const at::Tensor &query, const at::Tensor &key) { observe(layer, query, key); };
}

// `remember` takes a layer's new keys and values and returns all that the new
// rows attend to: the cache's while decoding, the same ones in training.
template<typename Remember>
at::Tensor decoderLayer(const WeightScope &layer, const DecoderConfig &config, const at::Tensor &x,
                        const Context &context, const Remember &remember, const LayerObserver &observe)
{
    const std::int64_t batch = x.size(0);
    const std::int64_t length = x.size(1);
    const WeightScope attention = layer / "self_attn";
    const at::Tensor normed = rmsNorm(x, layer["input_layernorm.weight"], config.rmsNormEps);
    const auto heads = [&](std::string_view name, int count) {
        return project(attention / name, normed).view({batch, length, count, config.headDim});
    };
    const at::Tensor query = rotate(heads("q_proj", config.heads), context.rotary);
    const at::Tensor key = rotate(heads("k_proj", config.kvHeads), context.rotary);
    const KeyValue seen = remember(KeyValue{key.transpose(1, 2), heads("v_proj", config.kvHeads).transpose(1, 2)});
    if (observe)
        observe(query, seen.key);
    const at::Tensor mixed = attendGrouped(query, seen.key, seen.value, context.mask, context.causal);
    const at::Tensor attended = x + project(attention / "o_proj", mixed);

    const WeightScope mlp = layer / "mlp";
    const at::Tensor inner = rmsNorm(attended, layer["post_attention_layernorm.weight"], config.rmsNormEps);
    const at::Tensor gated = at::silu(project(mlp / "gate_proj", inner)) * project(mlp / "up_proj", inner);
    return attended + project(mlp / "down_proj", gated);
}

// New rows behind `start` cached ones. SDPA's own causal flag is aligned to the
// upper left, right only without a past.
Context cachedContext(const DecoderConfig &config, const at::Tensor &x, std::int64_t start)
{
    const std::int64_t length = x.size(1);
    const at::TensorOptions integers = x.options().dtype(at::kLong);
    const at::Tensor positions = at::arange(start, start + length, integers);
    Context context{makeRotary(positions, config.headDim, config.ropeTheta, x.scalar_type()), {}, false};
    if (length == 1)
        return context;
    if (start == 0) {
        context.causal = true;
    } else {
        const at::Tensor columns = at::arange(start + length, integers);
        const at::Tensor mayAttend = columns.unsqueeze(0) <= positions.unsqueeze(1);
        context.mask = additiveMask(mayAttend.view({1, 1, length, start + length}), x.scalar_type());
    }
    return context;
}

at::Tensor finalNorm(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &x)
{
    return rmsNorm(x, weights["model.norm.weight"], config.rmsNormEps);
}

void checkFits(const at::Tensor &embeddings, const KvCache &cache)
{
    if (cache.length + embeddings.size(1) <= cache.capacity)
        return;
    throw Error(ErrorCode::InvalidArgument,
                "the sequence needs " + std::to_string(cache.length + embeddings.size(1))
                    + " positions, the decoder's cache holds " + std::to_string(cache.capacity),
                "shorten the question or ask for fewer answer tokens");
}

} // namespace

std::int64_t KvCache::bytes() const
{
    std::int64_t sum = 0;
    for (const auto *tensors : {&keys, &values})
        for (const at::Tensor &tensor : *tensors)
            sum += std::int64_t(tensor.nbytes());
    return sum;
}

KvCache makeKvCache(const DecoderConfig &config, std::int64_t batch, std::int64_t capacity,
                    const at::TensorOptions &options)
{
    KvCache cache;
    cache.capacity = capacity;
    for (int i = 0; i < config.layers; ++i) {
        cache.keys.push_back(at::empty({batch, config.kvHeads, capacity, config.headDim}, options));
        cache.values.push_back(at::empty({batch, config.kvHeads, capacity, config.headDim}, options));
    }
    return cache;
}

at::Tensor embedTokens(const WeightScope &weights, const at::Tensor &ids)
{
    return at::embedding(weights["model.embed_tokens.weight"], ids);
}

at::Tensor decoderForward(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &embeddings,
                          KvCache &cache, const std::function<void()> &stop, const AttentionObserver &observe)
{
    checkFits(embeddings, cache);
    const WeightScope layers = weights / "model" / "layers";
    at::Tensor x = embeddings.to(computeType(weights["model.norm.weight"]));
    const std::int64_t length = x.size(1);
    const Context context = cachedContext(config, x, cache.length);
    for (int i = 0; i < config.layers; ++i) {
        if (stop)
            stop();
        const auto remember = [&](const KeyValue &fresh) {
            cache.keys[i].narrow(2, cache.length, length).copy_(fresh.key);
            cache.values[i].narrow(2, cache.length, length).copy_(fresh.value);
            const std::int64_t total = cache.length + length;
            return KeyValue{cache.keys[i].narrow(2, 0, total), cache.values[i].narrow(2, 0, total)};
        };
        x = decoderLayer(layers / i, config, x, context, remember, ofLayer(observe, i));
    }
    // Last, so that a run cancelled half-way leaves the cache as it was.
    cache.length += length;
    return finalNorm(weights, config, x);
}

at::Tensor decoderForward(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &embeddings,
                          const at::Tensor &positions, const at::Tensor &mask, const AttentionObserver &observe,
                          const HiddenObserver &observeHidden)
{
    const WeightScope layers = weights / "model" / "layers";
    at::Tensor x = embeddings.to(computeType(weights["model.norm.weight"]));
    Context context{makeRotary(positions, config.headDim, config.ropeTheta, x.scalar_type()), {}, !mask.defined()};
    if (mask.defined())
        context.mask = additiveMask(mask, x.scalar_type());
    const auto remember = [](const KeyValue &fresh) { return fresh; };
    for (int i = 0; i < config.layers; ++i) {
        x = decoderLayer(layers / i, config, x, context, remember, ofLayer(observe, i));
        if (observeHidden)
            observeHidden(i, x);
    }
    return finalNorm(weights, config, x);
}

at::Tensor decoderLogits(const WeightScope &weights, const DecoderConfig &config, const at::Tensor &hidden)
{
    return at::linear(hidden, weights[config.tieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"]);
}

} // namespace qmop

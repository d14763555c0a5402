// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/expected_tensors.h"

#include "models/checkpoint/tensor_reader.h"
#include "qmop/branch.h"

#include <ATen/ATen.h>

namespace qmop {
namespace {

void checkLinear(const WeightScope &linear, std::int64_t out, std::int64_t in)
{
    requireShape(linear, "weight", {out, in});
    requireShape(linear, "bias", {out});
}

void checkNorm(const WeightScope &norm, std::int64_t width)
{
    requireShape(norm, "weight", {width});
    requireShape(norm, "bias", {width});
}

void checkEncoderLayers(const WeightScope &layers, int count, std::int64_t width, std::int64_t inner)
{
    for (int i = 0; i < count; ++i) {
        const WeightScope layer = layers / i;
        checkNorm(layer / "layer_norm1", width);
        checkNorm(layer / "layer_norm2", width);
        for (const char *name : {"q_proj", "k_proj", "v_proj", "out_proj"})
            checkLinear(layer / "self_attn" / name, width, width);
        checkLinear(layer / "mlp" / "fc1", inner, width);
        checkLinear(layer / "mlp" / "fc2", width, inner);
    }
}

void checkVision(const VisionConfig &config, const WeightScope &model)
{
    const std::int64_t width = config.hiddenSize;
    const WeightScope embeddings = model / "embeddings";
    requireShape(embeddings, "class_embedding", {width});
    requireShape(embeddings, "patch_embedding.weight", {width, 3, config.patchSize, config.patchSize});
    if (embeddings.find("patch_embedding.bias").defined())
        requireShape(embeddings, "patch_embedding.bias", {width});
    requireShape(embeddings, "position_embedding.weight", {config.patchCount() + 1, width});
    checkNorm(model / "pre_layrnorm", width);
    checkEncoderLayers(model / "encoder" / "layers", config.layers, width, config.intermediateSize);
    checkNorm(model / "post_layernorm", width);
}

void checkText(const TextTowerConfig &config, std::int64_t visionWidth, const WeightScope &tower)
{
    const std::int64_t width = config.hiddenSize;
    const WeightScope model = tower / "text_model";
    requireShape(model, "embeddings.token_embedding.weight", {config.vocabSize, width});
    requireShape(model, "embeddings.position_embedding.weight", {config.maxPositions, width});
    checkEncoderLayers(model / "encoder" / "layers", config.layers, width, config.intermediateSize);
    checkNorm(model / "final_layer_norm", width);
    requireShape(tower, "text_projection.weight", {config.projectionSize, width});
    requireShape(tower, "visual_projection.weight", {config.projectionSize, visionWidth});
}

void checkDecoder(const DecoderConfig &config, const WeightScope &language)
{
    const std::int64_t width = config.hiddenSize;
    const std::int64_t queries = std::int64_t(config.heads) * config.headDim;
    const std::int64_t keys = std::int64_t(config.kvHeads) * config.headDim;
    const WeightScope model = language / "model";
    requireShape(model, "embed_tokens.weight", {config.vocabSize, width});
    requireShape(model, "norm.weight", {width});
    if (!config.tieEmbeddings)
        requireShape(language, "lm_head.weight", {config.vocabSize, width});
    for (int i = 0; i < config.layers; ++i) {
        const WeightScope layer = model / "layers" / i;
        requireShape(layer, "input_layernorm.weight", {width});
        requireShape(layer, "post_attention_layernorm.weight", {width});
        requireShape(layer, "self_attn.q_proj.weight", {queries, width});
        requireShape(layer, "self_attn.k_proj.weight", {keys, width});
        requireShape(layer, "self_attn.v_proj.weight", {keys, width});
        requireShape(layer, "self_attn.o_proj.weight", {width, queries});
        requireShape(layer, "mlp.gate_proj.weight", {config.intermediateSize, width});
        requireShape(layer, "mlp.up_proj.weight", {config.intermediateSize, width});
        requireShape(layer, "mlp.down_proj.weight", {width, config.intermediateSize});
    }
}

} // namespace

void checkBaseTensors(const ModelConfig &config, const TensorMap &tensors)
{
    const WeightScope root(tensors);
    checkVision(config.vision, root / "vision_tower" / "vision_model");
    // Plain LLaVA has no text tower; what needs one asks for it.
    if (config.text.vocabSize > 0)
        checkText(config.text, config.vision.hiddenSize, root / "text_tower");
    const WeightScope mlp = root / "multi_modal_projector";
    checkLinear(mlp / "linear_1", config.decoder.hiddenSize, config.vision.hiddenSize);
    checkLinear(mlp / "linear_2", config.decoder.hiddenSize, config.decoder.hiddenSize);
    checkDecoder(config.decoder, root / "language_model");
}

void checkQmopTensors(const ModelConfig &config, const TensorMap &tensors)
{
    const WeightScope qmop = WeightScope(tensors) / "qmop";
    const std::int64_t width = config.vision.hiddenSize;
    const std::int64_t budget = config.qmop->budget;
    requireShape(qmop / "pooling", "query", {budget, width});
    checkLinear(qmop / "pooling" / "key", width, width);
    checkLinear(qmop / "pooling" / "value", width, width);
    const WeightScope resampler = qmop / "resampler";
    requireShape(resampler, "query", {budget, width});
    checkNorm(resampler / "query_norm", width);
    checkNorm(resampler / "row_norm", width);
    for (const char *name : {"query_projection", "key_projection", "value_projection", "output_projection"})
        checkLinear(resampler / name, width, width);
    checkLinear(qmop / "router" / "linear_1", config.qmop->routerHidden, width + config.text.hiddenSize);
    checkLinear(qmop / "router" / "linear_2", std::int64_t(branchCount), config.qmop->routerHidden);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/expected_tensors.h"

#include "models/checkpoint/tensor_reader.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

namespace qmop {

namespace {

// Collects names under a prefix.
class Expectation {
public:
    explicit Expectation(std::map<std::string, ExpectedTensor> &tensors, std::string prefix = {})
        : m_tensors(tensors)
        , m_prefix(std::move(prefix))
    {
    }

    Expectation operator/(const std::string &name) const { return Expectation(m_tensors, m_prefix + name + "."); }

    void tensor(const std::string &name, std::vector<std::int64_t> shape) const
    {
        m_tensors[m_prefix + name] = {shape};
    }
    void optional(const std::string &name, std::vector<std::int64_t> shape) const
    {
        m_tensors[m_prefix + name] = {shape, true};
    }
    void linear(const std::string &name, std::int64_t out, std::int64_t in) const
    {
        tensor(name + ".weight", {out, in});
        tensor(name + ".bias", {out});
    }
    void norm(const std::string &name, std::int64_t size) const
    {
        tensor(name + ".weight", {size});
        tensor(name + ".bias", {size});
    }

private:
    std::map<std::string, ExpectedTensor> &m_tensors;
    std::string m_prefix;
};

// CLIP's blocks, the same in both towers.
void addEncoder(const Expectation &encoder, int layers, std::int64_t width, std::int64_t inner)
{
    for (int i = 0; i < layers; ++i) {
        const Expectation layer = encoder / "layers" / std::to_string(i);
        for (const char *name : {"q_proj", "k_proj", "v_proj", "out_proj"})
            (layer / "self_attn").linear(name, width, width);
        layer.norm("layer_norm1", width);
        layer.norm("layer_norm2", width);
        layer.linear("mlp.fc1", inner, width);
        layer.linear("mlp.fc2", width, inner);
    }
}

void addVisionTower(const Expectation &model, const VisionConfig &config)
{
    const std::int64_t width = config.hiddenSize;
    const Expectation embeddings = model / "embeddings";
    embeddings.tensor("class_embedding", {width});
    embeddings.tensor("patch_embedding.weight", {width, 3, config.patchSize, config.patchSize});
    embeddings.optional("patch_embedding.bias", {width});
    embeddings.tensor("position_embedding.weight", {1 + config.patchCount(), width});
    model.norm("pre_layrnorm", width);
    addEncoder(model / "encoder", config.layers, width, config.intermediateSize);
    model.norm("post_layernorm", width);
}

void addTextTower(const Expectation &tower, const TextTowerConfig &config, std::int64_t visionWidth)
{
    const Expectation model = tower / "text_model";
    model.tensor("embeddings.token_embedding.weight", {config.vocabSize, config.hiddenSize});
    model.tensor("embeddings.position_embedding.weight", {config.maxPositions, config.hiddenSize});
    addEncoder(model / "encoder", config.layers, config.hiddenSize, config.intermediateSize);
    model.norm("final_layer_norm", config.hiddenSize);
    tower.tensor("text_projection.weight", {config.projectionSize, config.hiddenSize});
    tower.tensor("visual_projection.weight", {config.projectionSize, visionWidth});
}

void addDecoder(const Expectation &language, const DecoderConfig &config)
{
    const std::int64_t width = config.hiddenSize;
    const std::int64_t queries = std::int64_t(config.heads) * config.headDim;
    const std::int64_t keys = std::int64_t(config.kvHeads) * config.headDim;
    const Expectation model = language / "model";
    model.tensor("embed_tokens.weight", {config.vocabSize, width});
    for (int i = 0; i < config.layers; ++i) {
        const Expectation layer = model / "layers" / std::to_string(i);
        layer.tensor("self_attn.q_proj.weight", {queries, width});
        layer.tensor("self_attn.k_proj.weight", {keys, width});
        layer.tensor("self_attn.v_proj.weight", {keys, width});
        layer.tensor("self_attn.o_proj.weight", {width, queries});
        layer.tensor("mlp.gate_proj.weight", {config.intermediateSize, width});
        layer.tensor("mlp.up_proj.weight", {config.intermediateSize, width});
        layer.tensor("mlp.down_proj.weight", {width, config.intermediateSize});
        layer.tensor("input_layernorm.weight", {width});
        layer.tensor("post_attention_layernorm.weight", {width});
    }
    model.tensor("norm.weight", {width});
    if (!config.tieEmbeddings)
        language.tensor("lm_head.weight", {config.vocabSize, width});
}

void addBranches(const Expectation &qmop, const ModelConfig &config)
{
    const std::int64_t width = config.vision.hiddenSize;
    const ProjectorConfig &projector = *config.qmop;
    const Expectation pooling = qmop / "pooling";
    pooling.tensor("query", {projector.budget, width});
    pooling.linear("key", width, width);
    pooling.linear("value", width, width);
    const Expectation resampler = qmop / "resampler";
    resampler.tensor("query", {projector.budget, width});
    resampler.norm("query_norm", width);
    resampler.norm("row_norm", width);
    for (const char *name : {"query_projection", "key_projection", "value_projection", "output_projection"})
        resampler.linear(name, width, width);
    const Expectation router = qmop / "router";
    router.linear("linear_1", projector.routerHidden, width + config.text.hiddenSize);
    router.linear("linear_2", std::int64_t(branchCount), projector.routerHidden);
}

}

std::map<std::string, ExpectedTensor> expectedTensors(const ModelConfig &config)
{
    std::map<std::string, ExpectedTensor> tensors;
    const Expectation root(tensors);
    addVisionTower(root / "vision_tower" / "vision_model", config.vision);
    if (config.text.layers > 0)
        addTextTower(root / "text_tower", config.text, config.vision.hiddenSize);
    const Expectation projector = root / "multi_modal_projector";
    projector.linear("linear_1", config.decoder.hiddenSize, config.vision.hiddenSize);
    projector.linear("linear_2", config.decoder.hiddenSize, config.decoder.hiddenSize);
    addDecoder(root / "language_model", config.decoder);
    if (config.qmop)
        addBranches(root / "qmop", config);
    return tensors;
}

void requireTensors(const TensorMap &tensors, const ModelConfig &config, const std::filesystem::path &folder)
{
    const WeightScope root(tensors);
    for (const auto &[name, expected] : expectedTensors(config)) {
        if (expected.optional && !root.find(name).defined())
            continue;
        try {
            requireShape(root, name, expected.shape);
        } catch (const Error &error) {
            throw Error(error.code(), folder.string() + ": " + error.what(), error.hint());
        }
    }
}

} // namespace qmop

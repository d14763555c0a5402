// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clip/init.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop {
namespace {

class Initialiser {
public:
    Initialiser(TensorMap &tensors, at::Generator generator)
        : m_tensors(tensors)
        , m_generator(std::move(generator))
    {
    }

    void normal(const std::string &name, at::IntArrayRef shape, double deviation)
    {
        m_tensors[name] = at::randn(shape, m_generator) * deviation;
    }

    void matrix(const std::string &name, std::int64_t out, std::int64_t in)
    {
        normal(name, {out, in}, 1.0 / std::sqrt(3.0 * double(in)));
    }

    void norm(const std::string &name, std::int64_t width)
    {
        m_tensors[name + ".weight"] = at::ones({width});
        m_tensors[name + ".bias"] = at::zeros({width});
    }

    void bias(const std::string &name, std::int64_t width) { m_tensors[name] = at::zeros({width}); }

    void layers(const std::string &prefix, int count, std::int64_t width, std::int64_t inner)
    {
        const double residual = 0.02 / std::sqrt(2.0 * count);
        for (int i = 0; i < count; ++i) {
            const std::string layer = prefix + std::to_string(i) + ".";
            norm(layer + "layer_norm1", width);
            norm(layer + "layer_norm2", width);
            for (const char *name : {"q_proj", "k_proj", "v_proj"}) {
                matrix(layer + "self_attn." + name + ".weight", width, width);
                bias(layer + "self_attn." + name + ".bias", width);
            }
            normal(layer + "self_attn.out_proj.weight", {width, width}, residual);
            bias(layer + "self_attn.out_proj.bias", width);
            matrix(layer + "mlp.fc1.weight", inner, width);
            bias(layer + "mlp.fc1.bias", inner);
            normal(layer + "mlp.fc2.weight", {width, inner}, residual);
            bias(layer + "mlp.fc2.bias", width);
        }
    }

private:
    TensorMap &m_tensors;
    at::Generator m_generator;
};

} // namespace

TensorMap initVision(const VisionConfig &config, at::Generator generator)
{
    TensorMap tensors;
    Initialiser init(tensors, std::move(generator));
    const std::string model = "vision_tower.vision_model.";
    const std::int64_t width = config.hiddenSize;
    const std::int64_t patch = config.patchSize;
    init.normal(model + "embeddings.class_embedding", {width}, 0.02);
    init.normal(model + "embeddings.patch_embedding.weight", {width, 3, patch, patch},
                1.0 / std::sqrt(9.0 * double(patch * patch)));
    init.bias(model + "embeddings.patch_embedding.bias", width); // takes -W mu of a whitened convolution
    init.normal(model + "embeddings.position_embedding.weight", {config.patchCount() + 1, width}, 0.02);
    init.norm(model + "pre_layrnorm", width);
    init.layers(model + "encoder.layers.", config.layers, width, config.intermediateSize);
    init.norm(model + "post_layernorm", width);
    init.matrix("text_tower.visual_projection.weight", config.projectionSize, width);
    return tensors;
}

TensorMap initText(const TextTowerConfig &config, at::Generator generator)
{
    TensorMap tensors;
    Initialiser init(tensors, std::move(generator));
    const std::string model = "text_tower.text_model.";
    const std::int64_t width = config.hiddenSize;
    init.normal(model + "embeddings.token_embedding.weight", {config.vocabSize, width}, 0.02);
    init.normal(model + "embeddings.position_embedding.weight", {config.maxPositions, width}, 0.02);
    init.layers(model + "encoder.layers.", config.layers, width, config.intermediateSize);
    init.norm(model + "final_layer_norm", width);
    init.matrix("text_tower.text_projection.weight", config.projectionSize, width);
    return tensors;
}

} // namespace qmop

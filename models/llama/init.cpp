// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/llama/init.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop {

TensorMap initDecoder(const DecoderConfig &config, at::Generator generator)
{
    TensorMap tensors;
    const std::int64_t width = config.hiddenSize;
    const std::int64_t inner = config.intermediateSize;
    const std::int64_t queryWidth = std::int64_t(config.heads) * config.headDim;
    const std::int64_t keyWidth = std::int64_t(config.kvHeads) * config.headDim;
    const auto normal = [&](const std::string &name, std::int64_t out, std::int64_t in, double deviation) {
        tensors["language_model." + name] = at::randn({out, in}, generator) * deviation;
    };
    const auto matrix = [&](const std::string &name, std::int64_t out, std::int64_t in) {
        normal(name, out, in, 1.0 / std::sqrt(3.0 * double(in)));
    };
    const double residual = 0.02 / std::sqrt(2.0 * config.layers);

    normal("model.embed_tokens.weight", config.vocabSize, width, 0.02);
    for (int i = 0; i < config.layers; ++i) {
        const std::string layer = "model.layers." + std::to_string(i) + ".";
        for (const char *norm : {"input_layernorm", "post_attention_layernorm"})
            tensors["language_model." + layer + norm + ".weight"] = at::ones({width});
        matrix(layer + "self_attn.q_proj.weight", queryWidth, width);
        matrix(layer + "self_attn.k_proj.weight", keyWidth, width);
        matrix(layer + "self_attn.v_proj.weight", keyWidth, width);
        normal(layer + "self_attn.o_proj.weight", width, queryWidth, residual);
        matrix(layer + "mlp.gate_proj.weight", inner, width);
        matrix(layer + "mlp.up_proj.weight", inner, width);
        normal(layer + "mlp.down_proj.weight", width, inner, residual);
    }
    tensors["language_model.model.norm.weight"] = at::ones({width});
    if (!config.tieEmbeddings)
        normal("lm_head.weight", config.vocabSize, width, 0.02);
    return tensors;
}

} // namespace qmop

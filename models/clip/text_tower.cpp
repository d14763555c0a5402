// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clip/text_tower.h"

#include "models/checkpoint/compute_type.h"
#include "models/clip/encoder_layer.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

namespace qmop {

TextOutput textForward(const WeightScope &clip, const TextTowerConfig &config, const at::Tensor &ids,
                       const at::Tensor &eosIndex)
{
    const std::int64_t length = ids.size(1);
    if (length > config.maxPositions)
        throw Error(ErrorCode::InvalidQuestion,
                    "the question has " + std::to_string(length) + " tokens, the text tower reads at most "
                        + std::to_string(config.maxPositions),
                    "shorten the question");

    const WeightScope model = clip / "text_model";
    const WeightScope embeddings = model / "embeddings";
    const at::Tensor &table = embeddings["token_embedding.weight"];
    at::Tensor x = at::embedding(table, ids) + embeddings["position_embedding.weight"].narrow(0, 0, length);
    x = x.to(computeType(table));

    const EncoderLayerConfig layerConfig{config.heads, config.activation, config.layerNormEps, true};
    const WeightScope layers = model / "encoder" / "layers";
    for (int i = 0; i < config.layers; ++i)
        x = encoderLayer(layers / i, layerConfig, x).hidden;

    const at::Tensor row = eosIndex.view({-1, 1, 1}).expand({-1, 1, x.size(2)});
    TextOutput out;
    // Only the end-of-sequence row is used: norm it alone.
    out.eos = layerNorm(model / "final_layer_norm", x.gather(1, row).squeeze(1), config.layerNormEps);
    out.joint = unitRows(at::linear(out.eos, clip["text_projection.weight"]));
    return out;
}

} // namespace qmop

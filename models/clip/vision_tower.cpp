// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clip/vision_tower.h"

#include "models/checkpoint/compute_type.h"
#include "models/clip/encoder_layer.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace qmop {
namespace {

// The patch convolution's windows do not overlap, so it is one GEMM over the
// rearranged pixels: faster than a convolution, above all backwards.
// [B, 3, S, S] -> [B, N, C]
at::Tensor embedPatches(const WeightScope &convolution, const VisionConfig &config, const at::Tensor &pixels)
{
    const std::int64_t grid = config.gridSide();
    const std::int64_t patch = config.patchSize;
    const at::Tensor cells = pixels.reshape({pixels.size(0), 3, grid, patch, grid, patch})
                                 .permute({0, 2, 4, 1, 3, 5})
                                 .reshape({pixels.size(0), grid * grid, 3 * patch * patch});
    return at::linear(cells, convolution["weight"].flatten(1), convolution.find("bias"));
}

// Attention of the class row to every patch, mean over heads. Apart from the
// fused attention, which does not return its weights; one row costs little.
// Float32 throughout, so that training and inference rank patches alike.
at::Tensor attendFromClass(const at::Tensor &query, const at::Tensor &key)
{
    const c10::NoGradGuard noGradient;
    const c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::DispatchKey::AutocastCPU);
    const double scale = 1.0 / std::sqrt(double(query.size(-1)));
    const at::Tensor first = query.narrow(2, 0, 1).to(at::kFloat) * scale;
    const at::Tensor scores = at::matmul(first, key.to(at::kFloat).transpose(-1, -2)); // [B, heads, 1, 1 + N]
    const at::Tensor attention = scores.softmax(-1).mean(1).squeeze(1);
    return attention.narrow(1, 1, attention.size(1) - 1);
}

void checkPixels(const VisionConfig &config, const at::Tensor &pixels)
{
    if (pixels.dim() == 4 && pixels.size(1) == 3 && pixels.size(2) == config.imageSize
        && pixels.size(3) == config.imageSize)
        return;
    throw Error(ErrorCode::Internal,
                "the vision tower takes [B, 3, " + std::to_string(config.imageSize) + ", "
                    + std::to_string(config.imageSize) + "] pixels");
}

} // namespace

VisionOutput visionForward(const WeightScope &weights, const VisionConfig &config, const at::Tensor &pixels,
                           const StopCheck &stop)
{
    checkPixels(config, pixels);
    const WeightScope embeddings = weights / "embeddings";
    const at::Tensor &positions = embeddings["position_embedding.weight"];
    const at::ScalarType type = computeType(positions);

    const at::Tensor patches = embedPatches(embeddings / "patch_embedding", config, pixels.to(type)) //
        + positions.narrow(0, 1, config.patchCount()).to(type);
    const at::Tensor first = (embeddings["class_embedding"] + positions.select(0, 0)).to(type);
    at::Tensor x = at::cat({first.expand({pixels.size(0), 1, config.hiddenSize}), patches}, 1);
    x = layerNorm(weights / "pre_layrnorm", x, config.layerNormEps);

    const EncoderLayerConfig layerConfig{config.heads, config.activation, config.layerNormEps, false};
    const WeightScope layers = weights / "encoder" / "layers";
    VisionOutput out;
    for (int i = 0; i < config.layers; ++i) {
        if (stop)
            stop();
        if (i >= config.layers - lastInputsKept)
            out.lastInputs.push_back(x);
        EncoderLayerOutput layer = encoderLayer(layers / i, layerConfig, x);
        if (i == config.layers - 1) {
            out.classRow = x.select(1, 0);
            out.rows = x.narrow(1, 1, config.patchCount());
            out.classAttention = attendFromClass(layer.query, layer.key);
        }
        x = std::move(layer.hidden);
    }
    out.last = std::move(x);
    return out;
}

at::Tensor jointPatches(const WeightScope &clip, const VisionConfig &config, const at::Tensor &last)
{
    const at::Tensor patches = last.narrow(1, 1, last.size(1) - 1);
    const at::Tensor normed
        = layerNorm(clip / "vision_tower" / "vision_model" / "post_layernorm", patches, config.layerNormEps);
    return unitRows(at::linear(normed, clip["text_tower.visual_projection.weight"]));
}

} // namespace qmop

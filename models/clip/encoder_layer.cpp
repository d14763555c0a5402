// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clip/encoder_layer.h"

#include "models/attention/attention.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

namespace qmop {
namespace {

at::Tensor project(const WeightScope &linear, const at::Tensor &x)
{
    return at::linear(x, linear["weight"], linear.find("bias"));
}

at::Tensor activate(const at::Tensor &x, Activation activation)
{
    switch (activation) {
    case Activation::QuickGelu:
        return x * at::sigmoid(x * 1.702);
    case Activation::Gelu:
        return at::gelu(x);
    case Activation::Silu:
        return at::silu(x);
    }
    throw Error(ErrorCode::Internal, "unknown activation of a CLIP layer");
}

// [B, T, C] -> [B, heads, T, C / heads], a view.
at::Tensor splitHeads(const at::Tensor &x, int heads)
{
    return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

} // namespace

at::Tensor layerNorm(const WeightScope &norm, const at::Tensor &x, double eps)
{
    return at::layer_norm(x, {x.size(-1)}, norm["weight"], norm["bias"], eps);
}

at::Tensor unitRows(const at::Tensor &x)
{
    const at::Tensor wide = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
    return wide / wide.norm(2, {-1}, true).clamp_min(1e-12);
}

EncoderLayerOutput encoderLayer(const WeightScope &layer, const EncoderLayerConfig &config, const at::Tensor &x)
{
    const WeightScope attention = layer / "self_attn";
    const at::Tensor normed = layerNorm(layer / "layer_norm1", x, config.layerNormEps);
    EncoderLayerOutput out;
    out.query = splitHeads(project(attention / "q_proj", normed), config.heads);
    out.key = splitHeads(project(attention / "k_proj", normed), config.heads);
    const at::Tensor value = splitHeads(project(attention / "v_proj", normed), config.heads);
    const at::Tensor mixed = attend(out.query, out.key, value, {}, config.causal).transpose(1, 2);
    const at::Tensor attended = x + project(attention / "out_proj", mixed.reshape(x.sizes()));

    const WeightScope mlp = layer / "mlp";
    const at::Tensor inner = project(mlp / "fc1", layerNorm(layer / "layer_norm2", attended, config.layerNormEps));
    out.hidden = attended + project(mlp / "fc2", activate(inner, config.activation));
    return out;
}

} // namespace qmop

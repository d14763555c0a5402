// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/router.h"

#include "models/projector/precision.h"

#include <ATen/ATen.h>

namespace qmop {

at::Tensor routerLogits(const WeightScope &weights, const at::Tensor &classRow, const at::Tensor &eos)
{
    const at::Tensor features = at::cat({classRow.to(eos.scalar_type()), eos}, -1);
    const at::Tensor hidden = at::gelu(at::linear(features, weights["linear_1.weight"], weights["linear_1.bias"]));
    // Three outputs: float32 costs nothing here and bf16 would blur alpha.
    const c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::DispatchKey::AutocastCPU);
    const at::ScalarType type = wideType(hidden);
    return at::linear(hidden.to(type), weights["linear_2.weight"].to(type), weights["linear_2.bias"].to(type));
}

at::Tensor routingWeights(const at::Tensor &logits, double tau, double gamma, const at::Tensor &gumbel)
{
    const at::Tensor noisy = gumbel.defined() && gamma != 0 ? logits + gamma * gumbel : logits;
    return at::softmax(noisy / tau, -1);
}

} // namespace qmop

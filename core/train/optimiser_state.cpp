// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/optimiser_state.h"

#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace qmop::train {

void takeState(const TensorMap &state, const std::string &name, at::Tensor &into)
{
    const auto found = state.find(name);
    const char *hint = "remove the training folder to start again";
    if (found == state.end())
        throw Error(ErrorCode::InvalidModel, "the training state lacks " + name, hint);
    if (found->second.sizes() != into.sizes() || found->second.scalar_type() != into.scalar_type())
        throw Error(ErrorCode::InvalidModel, "the training state's " + name + " has another shape or type", hint);
    const at::NoGradGuard noGradient;
    into.copy_(found->second);
}

} // namespace qmop::train

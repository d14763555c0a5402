// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/stage_task.h"

#include <ATen/ATen.h>

namespace qmop::train {

TensorMap markTrained(TensorMap &tensors, const std::function<bool(const std::string &)> &chosen)
{
    TensorMap marked;
    for (auto &[name, tensor] : tensors) {
        tensor = tensor.detach();
        if (!chosen(name))
            continue;
        tensor.set_requires_grad(true);
        marked[name] = tensor;
    }
    return marked;
}

} // namespace qmop::train

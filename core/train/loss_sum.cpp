// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/loss_sum.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace qmop::train {

void LossSum::add(const char *name, double weight, const at::Tensor &loss, double count)
{
    if (m_group || loss.defined())
        m_parts.push_back({name, weight, loss, loss.defined() ? count : 0.0});
}

at::Tensor LossSum::finish(StepReport &report) const
{
    at::Tensor sum = at::zeros({});
    if (!m_group) {
        for (const Part &part : m_parts) {
            report.parts.emplace_back(part.name, part.loss.item<double>());
            sum = sum + part.weight * part.loss;
        }
        return sum;
    }
    std::vector<double> totals; // rows, then rows times mean, of each part
    for (const Part &part : m_parts) {
        totals.push_back(part.count);
        totals.push_back(part.count > 0 ? part.count * part.loss.item<double>() : 0);
    }
    m_group->allReduce(std::span<double>(totals));
    double whole = 0;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const Part &part = m_parts[i];
        const double count = totals[2 * i];
        if (count <= 0)
            continue;
        const double mean = totals[2 * i + 1] / count;
        report.parts.emplace_back(part.name, mean);
        whole += part.weight * mean;
        if (part.count > 0)
            sum = sum + part.weight * (part.count / count) * part.loss;
    }
    report.whole = whole;
    return sum;
}

void sumGradients(const TensorMap &trained, ProcessGroup &group)
{
    const at::NoGradGuard noGradient;
    std::int64_t count = 0;
    for (const auto &[name, tensor] : trained)
        count += tensor.numel() + 1; // and whether there is one
    std::vector<float> values(std::size_t(count), 0.0F);
    std::size_t at = 0;
    for (const auto &[name, tensor] : trained) {
        const at::Tensor gradient = tensor.grad();
        if (gradient.defined()) {
            const at::Tensor flat = gradient.to(at::kFloat).contiguous();
            std::copy_n(flat.data_ptr<float>(), flat.numel(), values.begin() + std::ptrdiff_t(at));
            values[at + std::size_t(tensor.numel())] = 1;
        }
        at += std::size_t(tensor.numel()) + 1;
    }
    group.allReduce(std::span<float>(values));
    at = 0;
    for (const auto &[name, tensor] : trained) {
        const auto size = std::size_t(tensor.numel());
        if (values[at + size] > 0) {
            at::Tensor &gradient = tensor.mutable_grad();
            if (!gradient.defined())
                gradient = at::empty_like(tensor);
            gradient.copy_(at::from_blob(values.data() + at, tensor.sizes(), at::kFloat));
        }
        at += size + 1;
    }
}

void shareWeights(const TensorMap &tensors, ProcessGroup &group)
{
    const at::NoGradGuard noGradient;
    for (const auto &[name, tensor] : tensors) {
        at::Tensor values = group.rank() == 0 ? tensor.detach().contiguous().clone() : at::zeros_like(tensor);
        group.allReduce({values.data_ptr<float>(), std::size_t(values.numel())});
        tensor.detach().copy_(values);
    }
}

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/attention/attention.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace qmop {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Weights of so many sequences are worked on at once by one thread: about an L2
// cache's worth.
constexpr std::int64_t chunkBytes = 2 << 20;

// Neither autograd nor autocast inside the worker threads' products.
struct PlainOperations {
    at::AutoDispatchBelowADInplaceOrView belowAutograd;
    c10::impl::ExcludeDispatchKeyGuard noAutocast{c10::DispatchKey::AutocastCPU};
};

// [B, L, H, e] in memory, seen as [B, H, L, e].
at::Tensor emptyHeads(const at::Tensor &like, std::int64_t width)
{
    return at::empty({like.size(0), like.size(2), like.size(1), width}, like.options()).transpose(1, 2);
}

// Sequences [first, first + count) as a batch of heads, [count * H, L, d].
at::Tensor slice(const at::Tensor &x, std::int64_t first, std::int64_t count)
{
    return x.narrow(0, first, count).reshape({count * x.size(1), x.size(2), x.size(3)});
}

void store(const at::Tensor &x, std::int64_t first, std::int64_t count, const at::Tensor &rows)
{
    x.narrow(0, first, count).copy_(rows.view({count, x.size(1), x.size(2), x.size(3)}));
}

// Calls work(first, count) for chunks of the batch on all threads.
template<typename Work> void forChunks(const at::Tensor &query, std::int64_t total, const Work &work)
{
    const std::int64_t batch = query.size(0);
    const std::int64_t bytes = query.size(1) * query.size(2) * total * query.element_size();
    const std::int64_t fair = std::max<std::int64_t>(1, batch / at::get_num_threads());
    const std::int64_t step = std::clamp<std::int64_t>(chunkBytes / std::max<std::int64_t>(1, bytes), 1, fair);
    at::parallel_for(0, (batch + step - 1) / step, 1, [&](std::int64_t begin, std::int64_t end) {
        const PlainOperations plain;
        for (std::int64_t i = begin; i < end; ++i)
            work(i * step, std::min(step, batch - i * step));
    });
}

class WeightKeepingAttention : public torch::autograd::Function<WeightKeepingAttention> {
public:
    static at::Tensor forward(AutogradContext *context, const at::Tensor &query, const at::Tensor &key,
                              const at::Tensor &value, const std::optional<at::Tensor> &mask)
    {
        const std::int64_t heads = query.size(1);
        const std::int64_t length = query.size(2);
        const std::int64_t total = key.size(2);
        const double scale = 1.0 / std::sqrt(double(query.size(3)));
        at::Tensor out = emptyHeads(query, value.size(3));
        at::Tensor weights = at::empty({query.size(0), heads, length, total}, query.options());
        forChunks(query, total, [&](std::int64_t first, std::int64_t count) {
            at::Tensor part = slice(weights, first, count); // a view: `weights` is contiguous
            const at::Tensor columns = slice(key, first, count).transpose(1, 2);
            if (mask) {
                const at::Tensor own = mask->size(0) == 1 ? *mask : mask->narrow(0, first, count);
                const at::Tensor offsets = own.expand({count, heads, length, total}).reshape(part.sizes());
                at::baddbmm_out(part, offsets, slice(query, first, count), columns, 1.0, scale);
            } else {
                at::baddbmm_out(part, part, slice(query, first, count), columns, 0.0, scale);
            }
            at::_softmax_out(part, part, -1, false);
            store(out, first, count, at::bmm(part, slice(value, first, count)));
        });
        context->save_for_backward({query, key, value, weights});
        return out;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &query = saved[0], &key = saved[1], &value = saved[2], &weights = saved[3];
        const double scale = 1.0 / std::sqrt(double(query.size(3)));
        at::Tensor queryGradient = emptyHeads(query, query.size(3));
        at::Tensor keyGradient = emptyHeads(key, key.size(3));
        at::Tensor valueGradient = emptyHeads(value, value.size(3));
        forChunks(query, key.size(2), [&](std::int64_t first, std::int64_t count) {
            const at::Tensor rows = slice(query, first, count), columns = slice(key, first, count);
            const at::Tensor part = slice(weights, first, count);
            const at::Tensor incoming = slice(gradients[0], first, count);
            at::Tensor scores = at::bmm(incoming, slice(value, first, count).transpose(1, 2));
            store(valueGradient, first, count, at::bmm(part.transpose(1, 2), incoming));
            at::_softmax_backward_data_out(scores, scores, part, -1, part.scalar_type());
            at::Tensor toRows = at::empty_like(rows), toColumns = at::empty_like(columns);
            store(queryGradient, first, count, at::baddbmm_out(toRows, toRows, scores, columns, 0.0, scale));
            store(keyGradient, first, count,
                  at::baddbmm_out(toColumns, toColumns, scores.transpose(1, 2), rows, 0.0, scale));
        });
        return {queryGradient, keyGradient, valueGradient, at::Tensor()};
    }
};

bool keepsWeights(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value)
{
    return at::GradMode::is_enabled() && query.is_cpu() && query.scalar_type() == at::kBFloat16
        && (query.requires_grad() || key.requires_grad() || value.requires_grad());
}

} // namespace

at::Tensor attend(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &mask,
                  bool causal)
{
    std::optional<at::Tensor> offsets; // "no mask" is an empty optional: an undefined tensor is refused
    if (mask.defined())
        offsets = mask;
    if (!keepsWeights(query, key, value))
        return at::scaled_dot_product_attention(query, key, value, offsets, 0.0, causal);
    if (causal) {
        const std::int64_t length = query.size(2);
        const at::Tensor mayAttend = at::ones({1, 1, length, length}, query.options().dtype(at::kBool)).tril();
        offsets = additiveMask(mayAttend, query.scalar_type());
    }
    return WeightKeepingAttention::apply(query, key, value, offsets);
}

at::Tensor additiveMask(const at::Tensor &mayAttend, at::ScalarType type)
{
    const double lowest = type == at::kHalf ? -65504.0 : -3.3e38; // within bfloat16's and float32's range
    return at::zeros(mayAttend.sizes(), mayAttend.options().dtype(type)).masked_fill(mayAttend.logical_not(), lowest);
}

} // namespace qmop

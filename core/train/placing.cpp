// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/placing.h"

#include "core/scenes/scene.h"
#include "core/train/feature_heads.h"
#include "core/train/precision.h"

#include <ATen/ATen.h>


namespace qmop::train {

at::Tensor lookPlaces(const at::Tensor &columns, std::int64_t text)
{
    constexpr std::int64_t side = scenes::labelColumns;
    const at::Tensor patches = columns.narrow(1, 1, columns.size(1) - 1 - text).to(at::kFloat);
    const at::Tensor patch = at::arange(patches.size(1), at::kLong);
    const at::Tensor place = at::stack({patch.floor_divide(side), patch.remainder(side)}, 1).to(at::kFloat);
    const at::Tensor quarters = (place - (side - 1) / 2.0) / (side / 4.0);
    return at::mm(patches, quarters) / patches.sum(1, true);
}

TensorMap initPlacedHeads(std::int64_t width, at::Generator &generator)
{
    TensorMap heads;
    for (const char *name : {".word_place", ".answer_place"})
        addHead(heads, placedHeads + std::string(name), 2, width, generator);
    return heads;
}

// Words look in the first layer, the answer mark half-way up (grounding.cpp).
Placing::Placing(const TensorMap &heads, const LanguageBatch &batch, int layers)
    : m_heads(heads)
    , m_batch(batch)
    , m_parts{{{"word_place", 0, batch.wordLooks, {}}, {"answer_place", layers / 2, batch.answerLooks, {}}}}
{
}

void Placing::observe(int layer, const at::Tensor &hidden)
{
    const std::int64_t text = m_batch.ids.size(1);
    for (Part &part : m_parts) {
        if (part.layer != layer || !part.looks.rows.defined() || part.looks.rows.size(0) == 0)
            continue;
        const AutocastScope plain(at::kFloat);
        const at::Tensor places = lookPlaces(part.looks.columns, text);
        const at::Tensor seen = places.isfinite().all(1).nonzero().squeeze(1);
        part.count = double(seen.size(0));
        if (part.count == 0)
            continue;
        const at::Tensor rows = hidden.narrow(1, hidden.size(1) - text, text)
                                    .flatten(0, 1)
                                    .index_select(0, part.looks.rows.index_select(0, seen))
                                    .to(at::kFloat);
        const at::Tensor told
            = head(WeightScope(m_heads, placedHeads), part.name, at::layer_norm(rows, {rows.size(1)}));
        part.value = at::smooth_l1_loss(told, places.index_select(0, seen));
    }
}

void Placing::addTo(LossSum &sum, double weight) const
{
    for (const Part &part : m_parts)
        sum.add(part.name, weight, part.value, part.count);
}

} // namespace qmop::train

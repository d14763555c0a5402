// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/grounding.h"

#include "core/train/precision.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qmop::train {
namespace {

// ln of the attention of the looks' rows in some of the heads. [G, heads, prefix + T] float32
at::Tensor logAttention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const at::Tensor &rows,
                        std::int64_t firstHead, std::int64_t heads)
{
    const std::int64_t text = group.size(1), prefix = query.size(1) - text;
    const at::Tensor asking = query.narrow(1, prefix, text).narrow(2, firstHead, heads).transpose(1, 2);
    const at::Tensor asked = key.repeat_interleave(query.size(2) / key.size(1), 1).narrow(1, firstHead, heads);
    const at::Tensor all
        = at::matmul(asking.to(at::kFloat), asked.to(at::kFloat).transpose(2, 3)) / std::sqrt(double(query.size(3)));
    const at::Tensor scores = all.transpose(1, 2).flatten(0, 1).index_select(0, rows);

    const at::Tensor question = group.flatten().index_select(0, rows).unsqueeze(1);
    const at::Tensor behind = at::arange(text, group.options()).unsqueeze(0) <= rows.remainder(text).unsqueeze(1);
    const at::Tensor own = group.index_select(0, rows.div(text, "floor")).eq(question).logical_and(behind);
    const at::Tensor seen = at::cat({at::ones({own.size(0), prefix}, own.options()), own}, 1);
    const double lowest = -std::numeric_limits<double>::infinity();
    return at::log_softmax(scores.masked_fill(seen.logical_not().unsqueeze(1), lowest), -1);
}

// The looks' columns among all that a row may see. [G, 1, prefix + T] bool
at::Tensor wantedColumns(const LookRows &looks, std::int64_t text, std::int64_t prefix)
{
    // Between the begin token and the patches there may be text of the prompt.
    const std::int64_t patches = looks.columns.size(1) - text - 1;
    const at::Tensor between = at::zeros({looks.columns.size(0), prefix - patches - 1}, looks.columns.options());
    return at::cat({looks.columns.narrow(1, 0, 1), between, looks.columns.narrow(1, 1, patches + text)}, 1)
        .unsqueeze(1);
}

bool none(const LookRows &looks)
{
    return !looks.rows.defined() || looks.rows.size(0) == 0;
}

} // namespace

at::Tensor lookupLoss(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const LookRows &looks)
{
    if (none(looks))
        return {};
    const AutocastScope plain(at::kFloat); // few rows, and a logarithm of small shares
    const std::int64_t heads = std::max<std::int64_t>(1, query.size(2) / 2);
    const at::Tensor shares = logAttention(query, key, group, looks.rows, 0, heads);
    const at::Tensor wanted = wantedColumns(looks, group.size(1), query.size(1) - group.size(1));
    const double lowest = -std::numeric_limits<double>::infinity();
    return -at::logsumexp(shares.masked_fill(wanted.logical_not(), lowest), {-1}).mean();
}

at::Tensor tallyLoss(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const LookRows &looks)
{
    if (none(looks))
        return {};
    constexpr double beginWeight = 4;
    const AutocastScope plain(at::kFloat);
    const std::int64_t heads = std::max<std::int64_t>(1, query.size(2) / 4);
    const at::Tensor shares = logAttention(query, key, group, looks.rows, query.size(2) / 2, heads);
    at::Tensor wanted = wantedColumns(looks, group.size(1), query.size(1) - group.size(1)).to(at::kFloat);
    wanted.select(2, 0).fill_(beginWeight);
    const at::Tensor target = wanted / wanted.sum(-1, true);
    // 0 ln 0 = 0, also where a column cannot be seen.
    const at::Tensor distance = target * (target.clamp_min(1e-9).log() - shares);
    return distance.masked_fill(target.eq(0), 0).sum(-1).mean();
}

// A word finds its patches in the first layer, the answer mark that word in one further up, and the patches above.
Grounding::Grounding(const LanguageBatch &batch, int layers)
    : m_group(batch.group)
    , m_parts{{{"words", 0, batch.wordLooks, lookupLoss, {}},
               {"names", layers / 4, batch.nameLooks, lookupLoss, {}},
               {"places", layers / 2, batch.answerLooks, lookupLoss, {}},
               {"tally", layers / 2, batch.tallyLooks, tallyLoss, {}}}}
{
}

void Grounding::observe(int layer, const at::Tensor &query, const at::Tensor &key)
{
    for (Part &part : m_parts)
        if (part.layer == layer)
            part.value = part.loss(query, key, m_group, part.looks);
}

void Grounding::addTo(LossSum &sum, double weight) const
{
    for (const Part &part : m_parts)
        sum.add(part.name, weight, part.value, none(part.looks) ? 0.0 : double(part.looks.rows.size(0)));
}

} // namespace qmop::train

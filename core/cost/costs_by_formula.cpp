// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/costs_by_formula.h"

#include <numeric>

namespace qmop {

double prefillMacs(const DecoderShape &shape, int tokens)
{
    const double n = tokens;
    const double d = shape.hidden;
    const double projections = 2 * n * d * d + 2 * n * d * shape.keyValueWidth;
    const double attention = 2 * n * n * d;
    const double mlp = 3 * n * d * shape.intermediate;
    return shape.layers * (projections + attention + mlp);
}

std::int64_t keyValueBytes(const DecoderShape &shape, int tokens, int bytesPerValue)
{
    return std::int64_t(2) * shape.layers * tokens * shape.keyValueWidth * bytesPerValue;
}

std::vector<CostItem> projectorItems(const ProjectorShape &shape, const PerBranch<bool> &active)
{
    const double n = shape.patches;
    const double m = shape.budget;
    const double c = shape.channels;
    std::vector<CostItem> items;
    const auto add = [&](const char *part, const char *what, double macs) { items.push_back({part, what, macs}); };
    if (active[Branch::Pool]) {
        add("pool", "queries through the key map: M C C", m * c * c);
        add("pool", "queries times key bias: M C", m * c);
        add("pool", "scores inside the windows: N C", n * c);
        add("pool", "weighted sums inside the windows: N C", n * c);
        add("pool", "pooled rows through the value map: M C C", m * c * c);
    }
    if (active[Branch::Resample]) {
        add("resample", "query map: M C C", m * c * c);
        add("resample", "key map: N C C", n * c * c);
        add("resample", "value map: N C C", n * c * c);
        add("resample", "scores: M N C", m * n * c);
        add("resample", "weighted sums: M N C", m * n * c);
        add("resample", "output map: M C C", m * c * c);
    }
    if (active[Branch::Prune]) {
        add("prune", "patches into the joint space: N C P", n * c * shape.jointWidth);
        add("prune", "cosine with the question: N P", n * shape.jointWidth);
    }
    add("router", "first layer: (C + C2) H", (c + shape.textChannels) * shape.routerHidden);
    add("router", "second layer: 3 H", double(branchCount) * shape.routerHidden);
    double count = 0;
    for (Branch branch : allBranches)
        count += active[branch] ? 1 : 0;
    add("fusion", "weighted sum of the active branches: k M C", count * m * c);
    for (CostItem &item : mlpItems(shape, shape.budget))
        items.push_back(std::move(item));
    return items;
}

std::vector<CostItem> mlpItems(const ProjectorShape &shape, int tokens)
{
    const double d = shape.decoderWidth;
    return {{"mlp", "first layer: tokens C D", double(tokens) * shape.channels * d},
            {"mlp", "second layer: tokens D D", double(tokens) * d * d}};
}

double totalMacs(const std::vector<CostItem> &items)
{
    return std::accumulate(items.begin(), items.end(), 0.0,
                           [](double sum, const CostItem &item) { return sum + item.macs; });
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/budget_preview.h"

#include <QCoreApplication>

namespace qmop {

int answerBudget(const RunTrace &trace)
{
    return trace.provenance.tokens > 0 ? trace.provenance.tokens : trace.costs.visualTokens;
}

std::vector<int> poolingWindowsFor(const PatchGrid &grid, int budget)
{
    for (int stride = 1; stride <= grid.columns && stride <= grid.rows; ++stride) {
        const int columns = grid.columns / stride;
        if (grid.columns % stride != 0 || grid.rows % stride != 0 || grid.rows / stride * columns != budget)
            continue;
        std::vector<int> windows(std::size_t(grid.patchCount()));
        for (int patch = 0; patch < grid.patchCount(); ++patch)
            windows[std::size_t(patch)] = patch / grid.columns / stride * columns + patch % grid.columns / stride;
        return windows;
    }
    return {};
}

std::optional<KeptPreview> budgetPreview(const RunTrace &trace, int budget)
{
    const int patches = trace.grid.patchCount();
    if (budget < 1 || budget > patches || budget == answerBudget(trace))
        return std::nullopt;
    KeptPreview preview;
    preview.budget = budget;
    preview.answerBudget = answerBudget(trace);
    if (trace.pruning && !trace.request.overrides.lambda && int(trace.pruning->combined.size()) == patches) {
        preview.kept.assign(std::size_t(patches), 0);
        for (int patch : keptUnder(trace.pruning->combined, trace.grid.isPadding, budget, {}))
            preview.kept[std::size_t(patch)] = 1;
    }
    if (branchTrace(trace, Branch::Pool))
        preview.windows = poolingWindowsFor(trace.grid, budget);
    return preview;
}

QString budgetMark(const KeptPreview &preview)
{
    if (preview.budget == 0)
        return {};
    return QCoreApplication::translate("Overlay", "answer: M = %1 · preview: M = %2")
        .arg(preview.answerBudget)
        .arg(preview.budget);
}

} // namespace qmop

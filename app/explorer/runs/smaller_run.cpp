// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/smaller_run.h"

#include <QCoreApplication>

#include <algorithm>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("SmallerRun", text);
}

}

SmallerRun withPrecision(RunRequest request, Precision precision)
{
    request.precision = precision;
    return {tr("Run in %1").arg(QString::fromUtf8(precisionKey(precision))), std::move(request)};
}

std::optional<SmallerRun> smallerRun(RunRequest request, const std::vector<int> &budgets)
{
    const bool whole = request.compressor == "none";
    if (request.withUncompressed && !whole) {
        request.withUncompressed = false;
        return SmallerRun{tr("Run without the uncompressed answer"), std::move(request)};
    }
    // Budgets in use go down one by one, from all tokens to the largest.
    const auto next = whole ? budgets.end() : std::ranges::lower_bound(budgets, request.budget);
    if (request.compressor != "blind" && next != budgets.begin()) {
        request.withUncompressed = false;
        request.compressor = whole ? "qmop" : request.compressor;
        request.budget = *std::prev(next);
        return SmallerRun{tr("Run with %1 tokens").arg(request.budget), std::move(request)};
    }
    if (request.trace == TraceLevel::Full || request.answerAttention) {
        request.trace = TraceLevel::Answer;
        request.answerAttention.reset();
        return SmallerRun{tr("Run without maps of unused branches"), std::move(request)};
    }
    return std::nullopt;
}

} // namespace qmop

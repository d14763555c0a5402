// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/costs/cost_rows.h"

#include "qmop/scaled_text.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>

#include <functional>

namespace qmop {

namespace {

const QString none = QStringLiteral("–");

QString tr(const char *text)
{
    return QCoreApplication::translate("CostRows", text);
}

struct Field {
    const char *quantity;
    const char *how;
    const char *explanation;
    std::function<double(const Costs &)> value;
    std::function<QString(double)> format;
    const char *unit = "";
};

QString count(double value)
{
    return QString::number(qRound64(value));
}

QString rate(double value)
{
    return QStringLiteral("%1 /s").arg(value, 0, 'f', value < 100 ? 1 : 0);
}

const Field fields[] = {
    {"Visual tokens", "counted", "What the decoder sees of the picture.",
     [](const Costs &c) { return double(c.visualTokens); }, count},
    {"Text tokens", "counted", "Prompt and question.", [](const Costs &c) { return double(c.textTokens); }, count},
    {"Prefill, visual tokens", "by formula",
     "T (4nd² + 2n²d + 3ndm) multiply–accumulates (MACs) over the decoder's T layers; one MAC is two floating-point "
     "operations.",
     [](const Costs &c) { return c.prefillMacs; }, formatMacs, "MACs"},
    {"Projector", "by formula", "Multiply–accumulates of the matrix products of the branches that ran, router and MLP.",
     [](const Costs &c) { return c.projectorMacs; }, formatMacs, "MACs"},
    {"KV cache, visual tokens", "by formula", "2 T n d_kv values of 2 bytes (16 bits), as the paper counts them.",
     [](const Costs &c) { return double(c.kvBytes); }, formatBytes, "B"},
    {"KV cache, all tokens", "measured",
     "Allocated for visual and text tokens and the answer, in the number type of this run.",
     [](const Costs &c) { return double(c.kvBytesMeasured); }, formatBytes, "B"},
    {"Time to first token", "measured",
     "All stages from the picture to the first token. A stage that was found in the cache counts with what it took to "
     "compute: both sides count the same.",
     [](const Costs &c) { return c.timeToFirstTokenSeconds; }, formatSeconds, "s"},
    {"Decoding", "measured", "Tokens of the answer per second after the first.",
     [](const Costs &c) { return c.tokensPerSecond; }, rate, "tokens/s"},
};

}

namespace {

CostRow branchRow(const BranchTrace &branch, bool withFull)
{
    CostRow row;
    row.branch = branch.branch;
    row.quantity = tr("%1 %2: tokens").arg(branchLetter(branch.branch), branchTitle(branch.branch));
    row.how = tr("counted");
    row.full = withFull ? QString::number(branch.provenance.patches) : none;
    row.now = branch.onMainPath ? QString::number(branch.provenance.tokens) : tr("off");
    if (withFull && branch.onMainPath && branch.provenance.patches > 0)
        row.ratio = QStringLiteral("%1 ×").arg(double(branch.provenance.tokens) / branch.provenance.patches, 0, 'f', 2);
    if (withFull)
        row.fullNumber = branch.provenance.patches;
    if (branch.onMainPath)
        row.nowNumber = branch.provenance.tokens;
    row.explanation = branch.onMainPath
        ? tr("Of all patches that this branch reads, the tokens that it makes for the answer.")
        : tr("This branch was computed for its maps only: the answer did not cost it.");
    return row;
}

}

QString formatMacs(double macs)
{
    return QString::fromStdString(scaledText(macs, "MACs"));
}

QString formatBytes(double bytes)
{
    return QString::fromStdString(bytesText(bytes));
}

QString formatSeconds(double seconds)
{
    return seconds < 1 ? QStringLiteral("%1 ms").arg(seconds * 1e3, 0, 'f', seconds < 0.1 ? 1 : 0)
                       : QStringLiteral("%1 s").arg(seconds, 0, 'f', 2);
}

std::vector<CostRow> costRows(const RunTrace &trace)
{
    std::vector<CostRow> rows;
    for (const Field &field : fields) {
        CostRow row;
        row.quantity = tr(field.quantity);
        row.how = tr(field.how);
        row.explanation = tr(field.explanation);
        // A rate of 0 means that nothing was measured (an answer of one token).
        const auto known = [&](double value) { return value > 0 || QByteArray(field.how) != "measured"; };
        const auto shown = [&](const Costs &costs, std::optional<double> &number) {
            const double value = field.value(costs);
            if (known(value))
                number = value;
            return number ? field.format(value) : none;
        };
        row.unit = QString::fromLatin1(field.unit);
        const double now = field.value(trace.costs);
        row.now = shown(trace.costs, row.nowNumber);
        row.full = none;
        if (trace.uncompressedCosts) {
            const double full = field.value(*trace.uncompressedCosts);
            row.full = shown(*trace.uncompressedCosts, row.fullNumber);
            if (full > 0 && now > 0)
                row.ratio = QStringLiteral("%1 ×").arg(now / full, 0, 'f', 2);
        }
        rows.push_back(row);
    }
    for (const BranchTrace &branch : trace.branches)
        rows.push_back(branchRow(branch, trace.uncompressedCosts.has_value()));
    return rows;
}

} // namespace qmop

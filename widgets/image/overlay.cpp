// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/overlay.h"

#include "qmop/answer_attention.h"
#include "widgets/image/kept_set.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace qmop {

namespace {

// Of the sum, in the top 1 % of patches: from here on the map is warned of.
constexpr double sinkShare = 0.5;

QString tr(const char *text)
{
    return QCoreApplication::translate("Overlay", text);
}

void hidePadding(OverlayField &field, const PatchGrid &grid)
{
    for (std::size_t i = 0; i < field.values.size(); ++i)
        if (isPaddingPatch(grid, i))
            field.values[i] = std::numeric_limits<float>::quiet_NaN();
}

std::optional<OverlayField> scoreField(const RunTrace &trace, OverlayKind kind, QString *why)
{
    if (!trace.pruning) {
        if (why)
            *why = noPruningText(trace);
        return std::nullopt;
    }
    const PruningTrace &pruning = *trace.pruning;
    OverlayField field;
    switch (kind) {
    case OverlayKind::Importance:
        field.values = pruning.importance;
        field.name = tr("importance");
        field.source
            = tr("attention of the class token, last vision layer, mean of the heads, min–max scaled per picture");
        break;
    case OverlayKind::Relevance:
        field.values = pruning.relevance;
        field.name = tr("relevance");
        field.source = pruning.relevanceSign < 0
            ? tr("patch–question cosine in the joint space, negated, min–max scaled per picture")
            : tr("patch–question cosine in the joint space, min–max scaled per picture");
        break;
    default:
        field.values = pruning.combined;
        field.name = tr("combined");
        field.source = tr("λ · importance + (1 − λ) · relevance, λ = %1").arg(double(pruning.lambda), 0, 'f', 2);
        break;
    }
    return field;
}

float highest(const Provenance &provenance, const PatchGrid &grid)
{
    float top = 0;
    for (int token = 0; token < provenance.tokens; ++token)
        top = std::max(top, highestShown(provenance.row(token), grid));
    return top > 0 ? top : 1;
}

// What is hidden with the padding is said in words. Empty without padding.
QString paddingShare(const std::vector<float> &values, const PatchGrid &grid)
{
    double sum = 0, onPadding = 0;
    bool any = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += double(values[i]);
        if (isPaddingPatch(grid, i)) {
            onPadding += double(values[i]);
            any = true;
        }
    }
    return any && sum > 0 ? tr(" · %1 % lies on padding").arg(100 * onPadding / sum, 0, 'f', 0) : QString();
}

std::vector<float> averageRow(const Provenance &provenance)
{
    std::vector<double> sums(std::size_t(provenance.patches), 0.0);
    for (int token = 0; token < provenance.tokens; ++token)
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += provenance.row(token)[i];
    std::vector<float> row(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i)
        row[i] = float(sums[i] / provenance.tokens);
    return row;
}

// Up to rounding.
bool isEven(const std::vector<float> &values, const PatchGrid &grid)
{
    float least = std::numeric_limits<float>::infinity(), most = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!isPaddingPatch(grid, i)) {
            least = std::min(least, values[i]);
            most = std::max(most, values[i]);
        }
    return most - least <= 1e-5F * most;
}

// One token's row, on the range of all rows; without a token the average, said
// to be one and on its own range. Of a single token there is no average.
OverlayField rowField(const Provenance &provenance, const PatchGrid &grid, int token, const QString &what,
                      const QString &source)
{
    OverlayField field;
    if (provenance.tokens == 1)
        token = 0;
    if (token >= 0 && token < provenance.tokens) {
        const auto row = provenance.row(token);
        field.values.assign(row.begin(), row.end());
        field.high = highest(provenance, grid);
        field.name = tr("%1 %2").arg(what).arg(token);
        field.source = provenance.tokens == 1
            ? tr("%1, the only token").arg(source)
            : tr("%1, token %2 of %3; range shared by all tokens").arg(source).arg(token).arg(provenance.tokens);
    } else {
        field.values = averageRow(provenance);
        const float top = highestShown(field.values, grid);
        field.high = top > 0 ? top : 1;
        field.averaged = provenance.tokens;
        field.even = isEven(field.values, grid);
        field.name = field.even ? tr("average of %1 maps: every patch alike").arg(field.averaged)
                                : tr("average of %1 maps").arg(field.averaged);
        field.source
            = tr("%1, average of all %2 tokens; select one to see its own map").arg(source).arg(field.averaged);
    }
    field.source += paddingShare(field.values, grid);
    return field;
}

OverlayField poolingField(const Provenance &provenance, const PatchGrid &grid)
{
    OverlayField field;
    // Windows do not overlap: at most one row is non-zero at a patch.
    field.values.assign(std::size_t(provenance.patches), 0.0F);
    for (int token = 0; token < provenance.tokens; ++token)
        for (std::size_t i = 0; i < field.values.size(); ++i)
            field.values[i] = std::max(field.values[i], provenance.row(token)[i]);
    field.high = highest(provenance, grid);
    field.name = tr("share in its window");
    field.source = tr("attention of each pooled query over its own window; the shares of a window sum to 1");
    return field;
}

// What a token of the answer attended to, on the range of all tokens; without a
// token the average.
std::optional<OverlayField> answerField(const RunTrace &trace, int token, QString *why)
{
    if (!trace.attention || trace.attention->tokens() == 0 || trace.attention->visualTokens == 0) {
        if (why)
            *why = trace.attention ? tr("No token of this answer could attend to a picture")
                                   : tr("Not recorded in this run: “Answer attention” beside the answer runs it again");
        return std::nullopt;
    }
    const AnswerAttention &attention = *trace.attention;
    if (attention.tokens() == 1)
        token = 0;
    Provenance maps{attention.tokens(), trace.grid.patchCount(), {}};
    double visual = 0;
    for (int i = 0; i < attention.tokens(); ++i) {
        const std::vector<float> map = attentionOnPatches(trace, i);
        maps.weights.insert(maps.weights.end(), map.begin(), map.end());
        visual += (token < 0 ? 1.0 / attention.tokens() : double(i == token)) * visualShare(trace, i);
    }
    if (maps.weights.size() != std::size_t(maps.tokens) * std::size_t(maps.patches))
        return std::nullopt;
    const QString heads = attention.head < 0 ? tr("mean of %1 heads").arg(attention.heads)
                                             : tr("head %1 of %2").arg(attention.head).arg(attention.heads);
    OverlayField field = rowField(maps, trace.grid, token, tr("answer token"),
                                  tr("decoder attention, layer %1 of 0–%2, %3, in the row that chose the token, "
                                     "through provenance; %4 % of it went to the picture")
                                      .arg(attention.layer)
                                      .arg(attention.layers - 1)
                                      .arg(heads)
                                      .arg(100 * visual, 0, 'f', 1));
    if (token >= 0 && token < int(trace.answer.tokens.size()))
        field.name = tr("attention of “%1”")
                         .arg(QString::fromStdString(trace.answer.tokens[std::size_t(token)].text).trimmed());
    return field;
}

bool enters(const BranchTrace &branch, int patch)
{
    for (int token = 0; token < branch.provenance.tokens; ++token)
        if (branch.provenance.row(token)[std::size_t(patch)] > 1e-6F)
            return true;
    return false;
}

}

float highestShown(std::span<const float> row, const PatchGrid &grid)
{
    float top = 0;
    for (std::size_t i = 0; i < row.size(); ++i)
        if (!isPaddingPatch(grid, i))
            top = std::max(top, row[i]);
    return top;
}

const BranchTrace *branchTrace(const RunTrace &trace, Branch branch)
{
    for (const BranchTrace &candidate : trace.branches)
        if (candidate.branch == branch && candidate.provenance.tokens > 0 && candidate.provenance.patches > 0)
            return &candidate;
    return nullptr;
}

std::optional<OverlayField> overlayField(const RunTrace &trace, OverlayKind kind, TokenRef token, QString *why)
{
    std::optional<OverlayField> field;
    const auto missing = [&](Branch branch) {
        if (why)
            *why = tr("The %1 branch was not computed in this run").arg(branchTitle(branch));
    };
    switch (kind) {
    case OverlayKind::Kept:
        return std::nullopt;
    case OverlayKind::Importance:
    case OverlayKind::Relevance:
    case OverlayKind::Combined:
        field = scoreField(trace, kind, why);
        break;
    case OverlayKind::Pooling:
        if (const BranchTrace *branch = branchTrace(trace, Branch::Pool))
            field = poolingField(branch->provenance, trace.grid);
        else
            missing(Branch::Pool);
        break;
    case OverlayKind::Resampler:
        if (const BranchTrace *branch = branchTrace(trace, Branch::Resample))
            field = rowField(branch->provenance, trace.grid, token.branch == Branch::Resample ? token.token : -1,
                             tr("query"), tr("resampler cross-attention, mean of the heads"));
        else
            missing(Branch::Resample);
        break;
    case OverlayKind::Answer:
        field = answerField(trace, token.token, why);
        break;
    case OverlayKind::Provenance:
        if (trace.provenance.tokens > 0 && trace.provenance.patches > 0)
            // Rows keep their order through the fusion, so a branch's token is
            // also the fused token of that number.
            field = rowField(trace.provenance, trace.grid, token.token, tr("visual token"),
                             tr("share of each patch after fusion"));
        else if (why)
            *why = tr("This run gave the decoder no visual tokens");
        break;
    }
    if (field && int(field->values.size()) != trace.grid.patchCount())
        field.reset();
    if (field)
        hidePadding(*field, trace.grid);
    return field;
}

QString fieldSource(const OverlayField &field)
{
    const double top = shareOfTopPercent(field.values);
    const QString warning = top >= sinkShare ? tr("⚠ a few patches dominate, maybe an attention sink · ") : QString();
    return warning
        + tr("%1 · range %2–%3 · top 1 % of patches hold %4 % · attention is not proof of use")
              .arg(field.source)
              .arg(field.low, 0, 'g', 3)
              .arg(field.high, 0, 'g', 3)
              .arg(100 * top, 0, 'f', 0);
}

QString noPruningText(const RunTrace &trace)
{
    return trace.provenance.tokens == 0 ? tr("No visual tokens: the model answered without the picture")
        : trace.request.compressor == "cls-prune"
        ? tr("cls-prune has no pruning scores: it keeps the patches of highest class attention, see the overlay Kept")
        : tr("Pruning was not computed in this run");
}

std::vector<int> poolingWindows(const RunTrace &trace)
{
    std::vector<int> windows(std::size_t(trace.grid.patchCount()), -1);
    const BranchTrace *branch = branchTrace(trace, Branch::Pool);
    if (!branch || branch->provenance.patches != trace.grid.patchCount())
        return windows;
    for (int token = 0; token < branch->provenance.tokens; ++token)
        for (std::size_t i = 0; i < windows.size(); ++i)
            if (branch->provenance.row(token)[i] > 0)
                windows[i] = token;
    return windows;
}

PatchReadout readPatch(const PatchGrid &grid, const RunTrace *trace, const OverlayField *field, int patch)
{
    PatchReadout readout;
    if (patch < 0 || patch >= grid.patchCount())
        return readout;
    readout.patch = patch;
    readout.row = patch / grid.columns;
    readout.column = patch % grid.columns;
    readout.patches = grid.patchCount();
    readout.padding = isPaddingPatch(grid, std::size_t(patch));
    const RectF box = grid.patchInImage(patch);
    readout.x0 = std::max(0, int(std::floor(box.x + 1e-6)));
    readout.y0 = std::max(0, int(std::floor(box.y + 1e-6)));
    readout.x1 = std::min(grid.imageWidth, int(std::ceil(box.right() - 1e-6))) - 1;
    readout.y1 = std::min(grid.imageHeight, int(std::ceil(box.bottom() - 1e-6))) - 1;
    if (field && std::size_t(patch) < field->values.size() && !std::isnan(field->values[std::size_t(patch)])) {
        readout.valueName = field->name;
        readout.value = field->values[std::size_t(patch)];
    }
    if (!trace || trace->grid.patchCount() != grid.patchCount())
        return readout;
    if (trace->pruning && trace->pruning->combined.size() == std::size_t(grid.patchCount())) {
        const std::vector<float> &scores = trace->pruning->combined;
        // Ties go to the lower index, as the pruner breaks them.
        int rank = 1;
        for (int other = 0; other < grid.patchCount(); ++other)
            if (scores[std::size_t(other)] > scores[std::size_t(patch)]
                || (scores[std::size_t(other)] == scores[std::size_t(patch)] && other < patch))
                ++rank;
        readout.rank = rank;
    }
    if (const std::vector<std::uint8_t> kept = keptPatches(*trace); !kept.empty()) {
        readout.kept = kept[std::size_t(patch)] != 0;
        readout.wereKept = wereKept(*trace);
    }
    QStringList letters;
    for (const BranchTrace &branch : trace->branches)
        if (branch.onMainPath && branch.provenance.patches == grid.patchCount() && enters(branch, patch))
            letters << branchLetter(branch.branch);
    readout.branches = letters.join(u' ');
    return readout;
}

QString PatchReadout::text() const
{
    if (patch < 0)
        return {};
    QStringList parts{tr("row %1, column %2").arg(row).arg(column)};
    if (x1 >= x0 && y1 >= y0)
        parts << tr("px %1–%2, %3–%4").arg(x0).arg(x1).arg(y0).arg(y1);
    if (padding)
        parts << tr("padding");
    if (value)
        parts << QStringLiteral("%1 %2").arg(valueName, QLocale().toString(*value, 'f', 4));
    if (rank)
        parts << tr("rank %1 of %2").arg(*rank).arg(patches);
    if (kept)
        parts << keptWord(*kept, wereKept);
    if (!branches.isEmpty())
        parts << branches;
    return parts.join(QStringLiteral(" · "));
}

double shareOfTopPercent(const std::vector<float> &values)
{
    std::vector<float> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](float v) { return !std::isnan(v); });
    const double sum = std::accumulate(sorted.begin(), sorted.end(), 0.0);
    if (sorted.empty() || sum <= 0)
        return 0;
    const auto count = std::max<std::size_t>(1, sorted.size() / 100);
    std::partial_sort(sorted.begin(), sorted.begin() + long(count), sorted.end(), std::greater<>());
    return std::accumulate(sorted.begin(), sorted.begin() + long(count), 0.0) / sum;
}

} // namespace qmop

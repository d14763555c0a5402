// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/number_tables.h"

#include "qmop/method_text.h"
#include "widgets/costs/cost_rows.h"
#include "widgets/image/kept_set.h"
#include "widgets/image/overlay.h"
#include "widgets/resampler/map_statistics.h"
#include "widgets/runs/runs_model.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModel>
#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace qmop {

namespace {

std::string tr(const char *text)
{
    return QCoreApplication::translate("Tables", text).toStdString();
}

TableCell words(const QString &text)
{
    return {text.simplified().toStdString()};
}

TableCell optional(const std::optional<double> &value)
{
    return value ? TableCell::number(*value) : TableCell();
}

TableCell yesNo(bool yes)
{
    return yes ? TableCell(tr("yes")) : TableCell(tr("no"));
}

}

Table routerTable(const RunTrace &trace)
{
    Table table{tr("Router"), {tr("branch"), tr("α"), tr("after selection"), tr("computed")}, {}};
    if (trace.routing)
        for (Branch branch : allBranches)
            table.rows.push_back({words(branchLetter(branch) + u' ' + branchTitle(branch)),
                                  TableCell::number(trace.routing->alpha[branch]),
                                  TableCell::number(trace.routing->selected[branch]),
                                  yesNo(trace.routing->active[branch])});
    return table;
}

Table costsTable(const RunTrace &trace)
{
    Table table{tr("Costs"), {tr("quantity"), tr("how"), tr("all tokens"), tr("now"), tr("unit")}, {}};
    for (const CostRow &row : costRows(trace))
        table.rows.push_back(
            {words(row.quantity), words(row.how), optional(row.fullNumber), optional(row.nowNumber), words(row.unit)});
    return table;
}

Table answerTable(const RunTrace &trace)
{
    Table table{tr("Answer"), {tr("place"), tr("token"), tr("id"), tr("probability"), tr("alternatives")}, {}};
    for (std::size_t i = 0; i < trace.answer.tokens.size(); ++i) {
        const DecodedToken &token = trace.answer.tokens[i];
        QStringList others;
        for (const TokenAlternative &other : token.alternatives)
            if (other.id != token.id)
                others << QStringLiteral("%1 %2").arg(QString::fromStdString(other.text).trimmed(),
                                                      QString::number(other.probability, 'g', 4));
        table.rows.push_back({TableCell::number(int(i) + 1),
                              {QString::fromUtf8(token.text.data(), qsizetype(token.text.size())).toStdString()},
                              TableCell::number(token.id),
                              TableCell::number(token.probability),
                              words(others.join(QStringLiteral("; ")))});
    }
    return table;
}

Table patchTable(const RunTrace &trace)
{
    const std::vector<std::uint8_t> kept = keptPatches(trace);
    const std::string keptTitle = keptWord(true, kept.empty() || wereKept(trace)).toStdString();
    Table table{tr("Patches"),
                {tr("patch"), tr("row"), tr("column"), tr("x from"), tr("x to"), tr("y from"), tr("y to"),
                 tr("importance"), tr("relevance"), tr("combined"), tr("rank"), keptTitle, tr("branches")},
                {}};
    std::vector<int> ranks; // of each patch, 1 the highest; ties to the lower index, as the pruner breaks them
    const int patches = trace.grid.patchCount();
    if (trace.pruning && int(trace.pruning->combined.size()) == patches) {
        const std::vector<float> &scores = trace.pruning->combined;
        std::vector<int> order(scores.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = int(i);
        std::ranges::stable_sort(order, [&](int a, int b) { return scores[std::size_t(a)] > scores[std::size_t(b)]; });
        ranks.resize(order.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            ranks[std::size_t(order[i])] = int(i) + 1;
    }
    for (int patch = 0; patch < patches; ++patch) {
        const auto at = std::size_t(patch);
        const PatchReadout place = readPatch(trace.grid, nullptr, nullptr, patch);
        std::vector<TableCell> row{TableCell::number(patch), TableCell::number(place.row),
                                   TableCell::number(place.column)};
        const bool visible = place.x1 >= place.x0 && place.y1 >= place.y0;
        for (int pixel : {place.x0, place.x1, place.y0, place.y1})
            row.push_back(visible ? TableCell::number(pixel) : TableCell());
        if (!ranks.empty()) {
            for (float score :
                 {trace.pruning->importance[at], trace.pruning->relevance[at], trace.pruning->combined[at]})
                row.push_back(TableCell::number(score));
            row.push_back(TableCell::number(ranks[at]));
        } else {
            row.resize(row.size() + 4);
        }
        row.push_back(kept.empty() ? TableCell() : yesNo(kept[at] != 0));
        QStringList letters;
        for (const BranchTrace &branch : trace.branches)
            for (int token = 0; branch.onMainPath && token < branch.provenance.tokens; ++token)
                if (branch.provenance.row(token)[at] > 1e-6F) {
                    letters << branchLetter(branch.branch);
                    break;
                }
        row.push_back(words(letters.join(u' ')));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table tokensTable(const RunTrace &trace, Branch branch)
{
    const bool pool = branch == Branch::Pool;
    Table table{pool ? tr("Pooling windows") : tr("Resampler maps"),
                {pool ? tr("window") : tr("query"), tr("entropy in nat"), tr("patch of the highest share"),
                 tr("highest share")},
                {}};
    if (const BranchTrace *rows = branchTrace(trace, branch))
        for (int token = 0; token < rows->provenance.tokens; ++token) {
            const auto row = rows->provenance.row(token);
            const int peak = rowPeak(row);
            table.rows.push_back({TableCell::number(token), TableCell::number(rowEntropy(row)), TableCell::number(peak),
                                  TableCell::number(row[std::size_t(peak)])});
        }
    return table;
}

Table runsTable(const std::vector<ListedRun> &runs, bool strip)
{
    Table table{tr("Runs"),
                {tr("number"),
                 tr("finished (UTC)"),
                 tr("question"),
                 tr("answer"),
                 tr("with all tokens"),
                 tr("same"),
                 tr("compressor"),
                 tr("budget"),
                 tr("changed"),
                 tr("α pooling"),
                 tr("α resampler"),
                 tr("α pruning"),
                 tr("log-probability"),
                 tr("time to first token (s)"),
                 tr("tags"),
                 tr("note"),
                 tr("picture"),
                 tr("picture SHA-256"),
                 tr("model"),
                 tr("notices")},
                {}};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto &[headline, trace] = runs[i];
        QStringList tags;
        for (const std::string &tag : headline.edits.tags)
            tags << QString::fromStdString(tag);
        std::vector<TableCell> row{
            TableCell::number(int(i) + 1),
            words(headline.finishedAt > 0 // else nobody knows
                      ? QDateTime::fromMSecsSinceEpoch(headline.finishedAt, Qt::UTC).toString(Qt::ISODate)
                      : QString()),
            words(QString::fromStdString(headline.question)), words(QString::fromStdString(headline.answer))};
        const bool both = trace && trace->uncompressed;
        row.push_back(both ? words(QString::fromStdString(trace->uncompressed->text)) : TableCell());
        row.push_back(both ? yesNo(trace->uncompressed->text == trace->answer.text) : TableCell());
        const ShownMethod method = shownMethod(headline);
        row.push_back(words(QString::fromStdString(method.compressor)));
        row.push_back(method.budget > 0 ? TableCell::number(method.budget) : TableCell());
        row.push_back(words(QString::fromStdString(method.changes)));
        for (Branch branch : allBranches)
            row.push_back(trace && trace->routing ? TableCell::number(trace->routing->alpha[branch]) : TableCell());
        row.push_back(trace ? TableCell::number(trace->answer.logProbability) : TableCell());
        const double first = trace ? trace->costs.timeToFirstTokenSeconds : 0;
        row.push_back(first > 0 ? TableCell::number(first) : TableCell());
        row.push_back(words(tags.join(QStringLiteral(", "))));
        row.push_back(words(QString::fromStdString(headline.edits.note)));
        row.push_back(strip ? TableCell() : words(QString::fromStdString(headline.pictureName)));
        row.push_back(strip ? TableCell() : words(QString::fromStdString(headline.pictureSha256)));
        row.push_back(words(QString::fromStdString(headline.modelName)));
        QStringList notices;
        if (trace)
            for (const std::string &notice : trace->notices)
                notices << QString::fromStdString(notice);
        row.push_back(words(notices.join(QStringLiteral("; "))));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table shownTable(const QAbstractItemModel &model, const QString &title)
{
    Table table{title.toStdString(), {}, {}};
    for (int column = 0; column < model.columnCount(); ++column)
        table.columns.push_back(model.headerData(column, Qt::Horizontal).toString().simplified().toStdString());
    for (int row = 0; row < model.rowCount(); ++row) {
        std::vector<TableCell> cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells.push_back(words(model.index(row, column).data().toString()));
        table.rows.push_back(std::move(cells));
    }
    return table;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_panels.h"

#include "widgets/costs/cost_rows.h"
#include "widgets/figure/figure_charts.h"
#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_sweep.h"
#include "widgets/figure/figure_text.h"
#include "widgets/image/overlay.h"
#include "widgets/router/router_panel.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace qmop {

namespace {

using namespace figure_colours;

constexpr std::size_t maxAnswerTokens = 12;

QString tr(const char *text)
{
    return QObject::tr(text);
}

double row()
{
    return lineHeight(figureTextSize) + 2;
}

QString title(FigurePanel panel)
{
    switch (panel) {
    case FigurePanel::Answer:
        return tr("Answer");
    case FigurePanel::Router:
        return tr("Router");
    case FigurePanel::Scores:
        return tr("Pruning scores");
    case FigurePanel::Maps:
        return tr("Resampler maps");
    case FigurePanel::Costs:
        return tr("Costs");
    case FigurePanel::Sweep:
        return tr("Sweep over budgets");
    }
    return {};
}

// Why the run has nothing to show; empty where it has.
QString missing(FigurePanel panel, const RunTrace &trace, const FigureView &view)
{
    if (panel == FigurePanel::Sweep && !view.sweep)
        return tr("There was no sweep over budgets for this question.");
    const auto hasBranch = [&](Branch branch) {
        return std::ranges::any_of(trace.branches, [branch](const BranchTrace &one) {
            return one.branch == branch && one.provenance.tokens > 0;
        });
    };
    if (panel == FigurePanel::Router && !trace.routing)
        return tr("The compressor “%1” has no router.").arg(QString::fromStdString(trace.request.compressor));
    if (panel == FigurePanel::Scores && !trace.pruning)
        return noPruningText(trace) + u'.';
    if (panel == FigurePanel::Maps && !hasBranch(Branch::Resample))
        return tr("The resampler was not computed in this run.");
    return {};
}

std::size_t answerRows(const RunTrace &trace)
{
    return std::min(trace.answer.tokens.size(), maxAnswerTokens);
}

QString quoted(const std::string &text)
{
    return QStringLiteral("“%1”").arg(QString::fromStdString(text).simplified());
}

void paintAnswer(QPainter &painter, const RunTrace &trace, QRectF box)
{
    const auto line = [&](const QString &text, const QColor &colour) {
        drawText(painter, QRectF(box.left(), box.top(), box.width(), row()), Qt::AlignLeft,
                 elided(text, box.width(), figureTextSize), figureTextSize, colour);
        box.setTop(box.top() + row());
    };
    line(tr("Question: %1").arg(QString::fromStdString(trace.request.question).simplified()), ink);
    line(tr("Answer: %1").arg(quoted(trace.answer.text)), ink);
    if (trace.uncompressed)
        line(tr("With all %1 tokens: %2%3")
                 .arg(trace.grid.patchCount())
                 .arg(quoted(trace.uncompressed->text),
                      trace.uncompressed->text == trace.answer.text ? tr(" (same)") : tr(" (differs)")),
             muted);
    for (std::size_t i = 0; i < answerRows(trace); ++i) {
        const DecodedToken &token = trace.answer.tokens[i];
        const double word = std::min(120.0, box.width() / 3), number = 44;
        const QRectF whole(box.left(), box.top(), box.width(), row());
        drawText(painter, whole, Qt::AlignLeft,
                 elided(QString::fromUtf8(token.text.data(), qsizetype(token.text.size())), word - 6, figureTextSize),
                 figureTextSize, ink);
        const QRectF bar(box.left() + word, whole.center().y() - 4, box.width() - word - number, 8);
        painter.fillRect(bar, track);
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * std::clamp(token.probability, 0.0, 1.0), 8),
                         muted);
        drawText(painter, whole, Qt::AlignRight, QString::number(token.probability, 'f', 3), figureTextSize, ink);
        box.setTop(box.top() + row());
    }
}

void paintCosts(QPainter &painter, const RunTrace &trace, const QRectF &box)
{
    // Right ends, as shares of the width; without room, how a number came about is left out.
    const bool narrow = box.width() < 460;
    const double columns[] = {0.42, narrow ? 0.42 : 0.56, narrow ? 0.64 : 0.73, narrow ? 0.86 : 0.89, 1.0};
    const auto line = [&](double top, const QString(&cells)[5], const QColor &colour) {
        for (int i = 0; i < 5; ++i) {
            const double left = box.left() + (i == 0 ? 0 : columns[i - 1] * box.width());
            const double right = box.left() + columns[i] * box.width();
            const QRectF cell(left, top, right - left - (i < 2 ? 6 : 0), row());
            if (cell.width() > 0)
                drawText(painter, cell, i < 2 ? Qt::AlignLeft : Qt::AlignRight,
                         elided(cells[i], cell.width(), figureSmallSize), figureSmallSize, i == 1 ? muted : colour);
        }
    };
    const QString head[5] = {{}, {}, tr("all %1").arg(trace.grid.patchCount()), tr("now"), tr("ratio")};
    line(box.top(), head, muted);
    double top = box.top() + row();
    painter.fillRect(QRectF(box.left(), top - 1, box.width(), 0.75), figure_colours::line);
    for (const CostRow &cost : costRows(trace)) {
        const QString cells[5] = {cost.quantity, cost.how, cost.full, cost.now, cost.ratio};
        line(top, cells, ink);
        top += row();
    }
}

double contentHeight(FigurePanel panel, const RunTrace &trace, const FigureView &view, double width)
{
    if (!missing(panel, trace, view).isEmpty())
        return row();
    switch (panel) {
    case FigurePanel::Answer:
        return row() * double(2 + (trace.uncompressed ? 1 : 0) + answerRows(trace));
    case FigurePanel::Router:
        return routerBarsHeight();
    case FigurePanel::Scores:
        return 170;
    case FigurePanel::Maps:
        return mapsHeight(figureMaps(trace, view).size(), trace.grid, width);
    case FigurePanel::Costs:
        return row() * double(1 + costRows(trace).size());
    case FigurePanel::Sweep:
        return sweepHeight(*view.sweep, width);
    }
    return 0;
}

}

double figurePanelHeight(FigurePanel panel, const RunTrace &trace, const FigureView &view, double width)
{
    return row() + 4 + contentHeight(panel, trace, view, width);
}

void paintFigurePanel(QPainter &painter, FigurePanel panel, const RunTrace &trace, const FigureView &view,
                      const QRectF &box, double scale)
{
    painter.save();
    const QRectF head(box.left(), box.top(), box.width(), row());
    drawText(painter, head, Qt::AlignLeft, title(panel), figureTextSize + 1, ink);
    painter.fillRect(QRectF(box.left(), head.bottom(), box.width(), 1), line);
    const QRectF content = box.adjusted(0, row() + 4, 0, 0);
    if (const QString why = missing(panel, trace, view); !why.isEmpty()) {
        drawText(painter, QRectF(content.left(), content.top(), content.width(), row()), Qt::AlignLeft,
                 elided(why, content.width(), figureTextSize), figureTextSize, muted);
        painter.restore();
        return;
    }
    switch (panel) {
    case FigurePanel::Answer:
        paintAnswer(painter, trace, content);
        break;
    case FigurePanel::Router:
        paintRouterBars(painter, *trace.routing, content);
        break;
    case FigurePanel::Scores:
        paintScores(painter, trace, content);
        break;
    case FigurePanel::Maps:
        paintMaps(painter, trace, figureMaps(trace, view), content, scale);
        break;
    case FigurePanel::Costs:
        paintCosts(painter, trace, content);
        break;
    case FigurePanel::Sweep:
        paintSweep(painter, *view.sweep, content);
        break;
    }
    painter.restore();
}

} // namespace qmop

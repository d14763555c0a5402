// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_charts.h"

#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_panels.h"
#include "widgets/figure/figure_text.h"
#include "widgets/figure/figure_view.h"
#include "widgets/figure/hatch_lines.h"
#include "widgets/image/kept_set.h"
#include "widgets/plots/score_bins.h"
#include "widgets/resampler/map_statistics.h"
#include "widgets/router/router_panel.h"
#include "widgets/theme/theme.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <set>

namespace qmop {

namespace {

using namespace figure_colours;

constexpr double routerRow = 26;
constexpr int scoreBins = 40; // as in the window
constexpr int mapsInRow = 4;
constexpr double mapGap = 8;
constexpr double mapBar = 52; // colour bar with its numbers
constexpr std::size_t mapsUnlessLocked = 8;

double mapSide(double width)
{
    return (width - mapBar - (mapsInRow - 1) * mapGap) / mapsInRow;
}

double mapLabel()
{
    return lineHeight(figureSmallSize) + 2;
}

QString number(double value)
{
    return value == 0 ? QStringLiteral("0") : QString::number(value, 'g', 3);
}

void hatched(QPainter &painter, const QRectF &box, const QColor &colour, double spacing)
{
    if (box.isEmpty())
        return;
    QPainterPath lines;
    addHatch(lines, box, spacing);
    painter.strokePath(lines, QPen(colour, 1.1, Qt::SolidLine, Qt::FlatCap));
}

void outlined(QPainter &painter, const QRectF &box, const QColor &colour, double width)
{
    if (box.isEmpty())
        return;
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2));
}

// 1, 2 or 5 times a power of ten, about a quarter of the range.
double tickStep(double range)
{
    const double rough = std::max(1.0, range / 4), power = std::pow(10, std::floor(std::log10(rough)));
    for (double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough)
            return factor * power;
    return 10 * power;
}

}

double routerBarsHeight()
{
    return routerRow * 3 + lineHeight(figureSmallSize) + 4;
}

void paintRouterBars(QPainter &painter, const RoutingTrace &routing, const QRectF &box)
{
    painter.setRenderHint(QPainter::Antialiasing);
    for (Branch branch : allBranches) {
        const QRectF row(box.left(), box.top() + routerRow * int(branch), box.width(), routerRow);
        const QColor colour = branchColour(branch);
        const bool active = routing.active[branch];
        const QRectF chip(row.left(), row.center().y() - 9, 18, 18);
        painter.setPen(QPen(colour, 1.5));
        painter.setBrush(active ? QBrush(colour) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(chip.adjusted(1, 1, -1, -1), 3, 3);
        drawText(painter, chip, Qt::AlignHCenter, branchLetter(branch), figureTextSize,
                 active ? readableOn(colour) : colour);
        const QRectF name(chip.right() + 8, row.top(), 70, row.height());
        drawText(painter, name, Qt::AlignLeft, branchTitle(branch), figureTextSize, active ? ink : muted);
        const QRectF bars(name.right() + 6, row.center().y() - 8, row.right() - name.right() - 100, 16);
        const double alpha = std::clamp(double(routing.alpha[branch]), 0.0, 1.0);
        const double used = std::clamp(double(routing.selected[branch]), 0.0, 1.0);
        painter.fillRect(QRectF(bars.left(), bars.top(), bars.width(), 9), track);
        painter.fillRect(QRectF(bars.left(), bars.top() + 10, bars.width(), 6), track);
        painter.fillRect(QRectF(bars.left(), bars.top(), bars.width() * alpha, 9), colour);
        const QRectF lower(bars.left(), bars.top() + 10, bars.width() * used, 6);
        hatched(painter, lower, colour, 4);
        outlined(painter, lower, colour, 1);
        drawText(painter, row, Qt::AlignRight,
                 QStringLiteral("%1 → %2").arg(QString::number(alpha, 'f', 3),
                                               active ? QString::number(used, 'f', 3) : QObject::tr("off")),
                 figureTextSize, ink);
    }
    drawText(painter, QPointF(box.left(), box.top() + 3 * routerRow + textAscent(figureSmallSize) + 2),
             elided(routingSummary(routing), box.width(), figureSmallSize), figureSmallSize, muted);
}

void paintScores(QPainter &painter, const RunTrace &trace, const QRectF &box)
{
    const PruningTrace &pruning = *trace.pruning;
    const ScoreBins bins = binScores(pruning, trace.grid, scoreBins);
    int highest = 1;
    for (int bin = 0; bin < scoreBins; ++bin)
        highest = std::max(highest, bins.kept[std::size_t(bin)] + bins.dropped[std::size_t(bin)]);
    const double text = lineHeight(figureSmallSize);
    const QRectF plot = box.adjusted(34, text, -8, -2 * text - 6);
    const auto xOf = [&](double score) { return plot.left() + plot.width() * score; };
    const auto yOf = [&](double count) { return plot.bottom() - plot.height() * count / (1.1 * highest); };
    painter.setRenderHint(QPainter::Antialiasing);
    for (double count = 0; count <= 1.1 * highest; count += tickStep(highest)) {
        painter.fillRect(QRectF(plot.left(), yOf(count) - 0.4, plot.width(), 0.8), track);
        drawText(painter, QRectF(box.left(), yOf(count) - 6, 28, 12), Qt::AlignRight, QString::number(count),
                 figureSmallSize, muted);
    }
    const QColor kept = QColor::fromRgb(keptColour), dropped = QColor::fromRgb(droppedColour);
    for (int bin = 0; bin < scoreBins; ++bin) {
        const double left = xOf(bin * bins.width() + 0.05 * bins.width()), width = 0.9 * plot.width() * bins.width();
        const int below = bins.dropped[std::size_t(bin)], above = bins.kept[std::size_t(bin)];
        const QRectF lower(left, yOf(below), width, plot.bottom() - yOf(below));
        hatched(painter, lower, dropped, 5);
        outlined(painter, lower, dropped, 1);
        painter.fillRect(QRectF(left, yOf(below + above), width, yOf(below) - yOf(below + above)), kept);
    }
    outlined(painter, plot, line, 1);
    for (int tick = 0; tick <= 4; ++tick)
        drawText(painter, QRectF(xOf(tick / 4.0) - 20, plot.bottom() + 2, 40, text), Qt::AlignHCenter,
                 QString::number(tick / 4.0, 'g', 2), figureSmallSize, muted);
    const bool were = wereKept(trace);
    const QString caption = QObject::tr("combined score; patches %1 (blue), %2 (hatched)")
                                .arg(keptWord(true, were), keptWord(false, were));
    drawText(painter, QRectF(plot.left(), plot.bottom() + 2 + text, plot.width(), text), Qt::AlignHCenter,
             elided(caption, plot.width(), figureSmallSize), figureSmallSize, muted);
    const double x = xOf(std::clamp(double(pruning.threshold), 0.0, 1.0));
    painter.setPen(QPen(ink, 1.2, Qt::DashLine, Qt::FlatCap));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    drawText(painter, QRectF(x > plot.center().x() ? x - 104 : x + 4, plot.top() - text, 100, text),
             x > plot.center().x() ? Qt::AlignRight : Qt::AlignLeft,
             QObject::tr("η = %1").arg(double(pruning.threshold), 0, 'f', 3), figureSmallSize, ink);
}

std::vector<int> figureMaps(const RunTrace &trace, const FigureView &view)
{
    const BranchTrace *branch = branchTrace(trace, Branch::Resample);
    if (!branch)
        return {};
    std::set<int> queries;
    for (const FigureMark &mark : view.marks)
        if (mark.kind == FigureMark::Kind::Token && mark.branch == Branch::Resample && mark.index >= 0
            && mark.index < branch->provenance.tokens)
            queries.insert(mark.index);
    if (!queries.empty())
        return {queries.begin(), queries.end()};
    std::vector<int> order = orderedTokens(branch->provenance, MapOrder::Entropy);
    order.resize(std::min(order.size(), mapsUnlessLocked));
    return order;
}

double mapsHeight(std::size_t maps, const PatchGrid &grid, double width)
{
    const double rows = std::ceil(double(maps) / mapsInRow);
    return rows * (mapSide(width) * grid.rows / std::max(1, grid.columns) + mapLabel() + mapGap);
}

void paintMaps(QPainter &painter, const RunTrace &trace, const std::vector<int> &queries, const QRectF &box,
               double scale)
{
    const Provenance &rows = branchTrace(trace, Branch::Resample)->provenance;
    float highest = 0;
    for (int token = 0; token < rows.tokens; ++token)
        highest = std::max(highest, highestShown(rows.row(token), trace.grid));
    const ColourMap map;
    const int columns = trace.grid.columns, lines = trace.grid.rows;
    // Whole pixels per patch: no patch is wider than its neighbour.
    const int patch = std::max(1, int(mapSide(box.width()) * scale / columns));
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const auto row = rows.row(queries[i]);
        QImage image(columns * patch, lines * patch, QImage::Format_RGB32);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                const auto at = std::size_t(y / patch * columns + x / patch);
                image.setPixel(x, y,
                               isPaddingPatch(trace.grid, at) ? ColourMap::missingColour
                                                              : map.colour(double(row[at]), 0, double(highest)));
            }
        const double side = mapSide(box.width());
        const double height = side * lines / columns;
        const QPointF corner(box.left() + double(i % mapsInRow) * (side + mapGap),
                             box.top() + double(i / mapsInRow) * (height + mapLabel() + mapGap));
        const QPointF snapped(std::round(corner.x() * scale) / scale, std::round(corner.y() * scale) / scale);
        painter.drawImage(QRectF(snapped, QSizeF(image.size()) / scale), image);
        const QString name = QObject::tr("query %1").arg(queries[i]);
        const QString whole = QObject::tr("%1 · H %2").arg(name).arg(rowEntropy(row), 0, 'f', 2);
        drawText(painter, QRectF(corner.x(), corner.y() + height, side, mapLabel()), Qt::AlignLeft,
                 textWidth(whole, figureSmallSize) <= side ? whole : name, figureSmallSize, muted);
    }
    const double height = std::min(120.0, box.height() - mapLabel() - mapGap);
    paintColourBar(painter, QRectF(box.right() - mapBar + 8, box.top(), 10, height), 0, double(highest), map);
}

void paintColourBar(QPainter &painter, const QRectF &bar, double low, double high, const ColourMap &map)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int i = 0; i < 256; ++i) {
        // Each reaches to the lower end: no seams between them.
        const double top = bar.top() + bar.height() * i / 256;
        painter.fillRect(QRectF(bar.left(), top, bar.width(), bar.bottom() - top),
                         QColor::fromRgb(map.table()[std::size_t(255 - i)]));
    }
    for (int i = 0; i < 3; ++i) {
        const double y = bar.top() + bar.height() * i / 2;
        painter.fillRect(QRectF(bar.right(), y - 0.5, 4, 1), ink);
        drawText(painter, QRectF(bar.right() + 6, y - 6, 60, 12), Qt::AlignLeft, number(high - (high - low) * i / 2),
                 figureSmallSize, ink);
    }
}

} // namespace qmop

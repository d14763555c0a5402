// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_sweep.h"

#include "qmop/fixed_text.h"
#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_text.h"
#include "widgets/theme/theme.h"

#include <QObject>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace qmop {

namespace {

using namespace figure_colours;

constexpr double chartHeight = 150;
constexpr double columns[] = {0.24, 0.34, 0.58, 0.72, 0.86, 1.0}; // right ends, as shares of the width

double row()
{
    return lineHeight(figureSmallSize) + 2;
}

// Points of a line, by tokens.
using Lines = std::map<std::string, std::vector<const SweepCell *>>;

Lines linesOf(const FigureSweep &sweep)
{
    Lines lines;
    for (const SweepCell &cell : sweep.cells)
        if (cell.point.budget > 0 && cell.logProbability)
            lines[cell.point.compressor].push_back(&cell);
    for (auto &[compressor, cells] : lines)
        std::ranges::sort(cells, {}, &SweepCell::visualTokens);
    return lines;
}

bool hasChart(const FigureSweep &sweep)
{
    return !linesOf(sweep).empty();
}

QColor colourOf(const std::string &compressor)
{
    if (const auto branch = branchFromKey(compressor))
        return branchColour(*branch);
    return compressor == "qmop" ? ink : muted;
}

// Circle: the uncompressed answer, cross: another one.
void paintPoint(QPainter &painter, QPointF at, bool unchanged, const QColor &colour)
{
    constexpr double r = 3.2;
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::FlatCap));
    if (unchanged) {
        painter.setBrush(colour);
        painter.drawEllipse(at, r, r);
        painter.setBrush(Qt::NoBrush);
    } else {
        painter.drawLine(at + QPointF(-r, -r), at + QPointF(r, r));
        painter.drawLine(at + QPointF(-r, r), at + QPointF(r, -r));
    }
}

struct Scale {
    QRectF plot;
    double lowest = 0, highest = 0; // log-probability
    double first = 0, last = 0; // log2 of the tokens: budgets halve and halve again

    double x(double tokens) const
    {
        const double share = last > first ? (std::log2(std::max(1.0, tokens)) - first) / (last - first) : 0.5;
        return plot.left() + plot.width() * share;
    }
    double y(double value) const { return plot.bottom() - plot.height() * (value - lowest) / (highest - lowest); }
    QPointF at(const SweepCell &cell) const { return {x(cell.visualTokens), y(*cell.logProbability)}; }
};

Scale scaleOf(const Lines &lines, const FigureSweep &sweep, const QRectF &box)
{
    Scale scale;
    scale.plot = box.adjusted(46, 4, -64, -2 * lineHeight(figureSmallSize) - 4);
    const SweepCell *some = lines.begin()->second.front();
    scale.lowest = scale.highest = sweep.reference.logProbability.value_or(*some->logProbability);
    double fewest = some->visualTokens, most = fewest;
    for (const auto &[compressor, cells] : lines)
        for (const SweepCell *cell : cells) {
            scale.lowest = std::min(scale.lowest, *cell->logProbability);
            scale.highest = std::max(scale.highest, *cell->logProbability);
            fewest = std::min(fewest, double(cell->visualTokens));
            most = std::max(most, double(cell->visualTokens));
        }
    const double room = std::max(0.05, 0.08 * (scale.highest - scale.lowest));
    scale.lowest -= room, scale.highest += room;
    scale.first = std::log2(std::max(1.0, fewest)), scale.last = std::log2(std::max(1.0, most));
    return scale;
}

void paintScale(QPainter &painter, const Scale &scale, const Lines &lines)
{
    const QRectF &plot = scale.plot;
    const double text = lineHeight(figureSmallSize);
    for (int i = 0; i <= 3; ++i) {
        const double value = scale.lowest + (scale.highest - scale.lowest) * i / 3;
        painter.fillRect(QRectF(plot.left(), scale.y(value) - 0.4, plot.width(), 0.8), track);
        drawText(painter, QRectF(plot.left() - 46, scale.y(value) - 6, 40, 12), Qt::AlignRight,
                 QString::number(value, 'f', 2), figureSmallSize, muted);
    }
    std::set<int> ticks;
    for (const auto &[compressor, cells] : lines)
        for (const SweepCell *cell : cells)
            ticks.insert(cell->visualTokens);
    double taken = plot.left() - 100;
    for (int tick : ticks)
        if (scale.x(tick) - taken > 26) {
            taken = scale.x(tick);
            drawText(painter, QRectF(taken - 20, plot.bottom() + 2, 40, text), Qt::AlignHCenter, QString::number(tick),
                     figureSmallSize, muted);
        }
    drawText(painter, QRectF(plot.left(), plot.bottom() + 2 + text, plot.width(), text), Qt::AlignHCenter,
             elided(QObject::tr("visual tokens; log p of the scored answer; ● same answer, × another"), plot.width(),
                    figureSmallSize),
             figureSmallSize, muted);
}

// At the right end of each line, none over another.
void paintNames(QPainter &painter, const Scale &scale, std::vector<std::pair<double, std::string>> ends)
{
    std::ranges::sort(ends);
    double last = scale.plot.top() - 100;
    for (const auto &[y, compressor] : ends) {
        last = std::max(y, last + 11);
        drawText(painter, QRectF(scale.plot.right() + 5, last - 6, 60, 12), Qt::AlignLeft,
                 QString::fromStdString(compressor), figureSmallSize, colourOf(compressor));
    }
}

void paintChart(QPainter &painter, const FigureSweep &sweep, const QRectF &box)
{
    const Lines lines = linesOf(sweep);
    const Scale scale = scaleOf(lines, sweep, box);
    paintScale(painter, scale, lines);
    std::vector<std::pair<double, std::string>> ends;
    if (sweep.reference.logProbability) {
        const double y = scale.y(*sweep.reference.logProbability);
        painter.setPen(QPen(ink, 1, Qt::DashLine, Qt::FlatCap));
        painter.drawLine(QPointF(scale.plot.left(), y), QPointF(scale.plot.right(), y));
        ends.emplace_back(y, "none");
    }
    for (const auto &[compressor, cells] : lines) {
        const QColor colour = colourOf(compressor);
        painter.setPen(QPen(colour, 1.2, Qt::SolidLine, Qt::FlatCap));
        for (std::size_t i = 1; i < cells.size(); ++i)
            painter.drawLine(scale.at(*cells[i - 1]), scale.at(*cells[i]));
        for (const SweepCell *cell : cells)
            paintPoint(painter, scale.at(*cell), cell->unchanged, colour);
        ends.emplace_back(scale.at(*cells.back()).y(), compressor);
    }
    paintNames(painter, scale, std::move(ends));
}

void paintTable(QPainter &painter, const FigureSweep &sweep, const QRectF &box)
{
    double top = box.top();
    const auto line = [&](const QStringList &cells, const QColor &colour) {
        for (int i = 0; i < int(cells.size()); ++i) {
            const double left = box.left() + (i == 0 ? 0 : columns[i - 1] * box.width());
            const QRectF cell(left, top, columns[i] * box.width() + box.left() - left - 6, row());
            const bool words = i == 0 || i == 2 || i == 3;
            drawText(painter, cell, words ? Qt::AlignLeft : Qt::AlignRight,
                     elided(cells[i], cell.width(), figureSmallSize), figureSmallSize, colour);
        }
        top += row();
    };
    line({QObject::tr("compressor"), QObject::tr("tokens"), QObject::tr("answer"), QString(), QObject::tr("log p"),
          QObject::tr("KV KiB")},
         muted);
    painter.fillRect(QRectF(box.left(), top - 1, box.width(), 0.75), figure_colours::line);
    const auto cellLine = [&](const SweepCell &cell) {
        line({QString::fromStdString(cell.point.compressor), QString::number(cell.visualTokens),
              QString::fromStdString(cell.answer).simplified(),
              cell.unchanged ? QObject::tr("same") : QObject::tr("changed"),
              cell.logProbability ? QString::fromStdString(fixedText(*cell.logProbability, 3)) : QStringLiteral("–"),
              QString::number(double(cell.kvBytes) / 1024, 'f', 0)},
             ink);
    };
    cellLine(sweep.reference);
    for (const SweepCell &cell : sweep.cells)
        cellLine(cell);
}

}

double sweepHeight(const FigureSweep &sweep)
{
    return (hasChart(sweep) ? chartHeight + 6 : 0) + row() * double(2 + sweep.cells.size());
}

void paintSweep(QPainter &painter, const FigureSweep &sweep, const QRectF &box)
{
    painter.setRenderHint(QPainter::Antialiasing);
    const double chart = hasChart(sweep) ? chartHeight : 0;
    if (chart > 0)
        paintChart(painter, sweep, QRectF(box.left(), box.top(), box.width(), chart));
    paintTable(painter, sweep, box.adjusted(0, chart > 0 ? chart + 6 : 0, 0, 0));
}

} // namespace qmop

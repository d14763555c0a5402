// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_sweep.h"

#include "qmop/fixed_text.h"
#include "qmop/scaled_text.h"
#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_text.h"
#include "widgets/review/axis_range.h"
#include "widgets/theme/theme.h"

#include <QObject>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace qmop {

namespace {

using namespace figure_colours;

constexpr double chartHeight = 150; // without the legend
constexpr double namesWidth = 64; // of compressors, right of the plot
constexpr double markRadius = 3.2;
constexpr double markApart = 2 * markRadius + 2; // centres of marks that are both seen whole
constexpr double columnGap = 6;
constexpr double leastAnswer = 40; // of the table: with less, marks stand for "same" and "changed"

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
    constexpr double r = markRadius;
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

// A method's run in the plot.
struct Mark {
    const SweepCell *cell;
    QPointF at;
};

struct Chart {
    QRectF plot;
    AxisRange logProbability;
    double first = 0, last = 0; // log2 of the tokens: budgets halve and halve again
    std::map<std::string, std::vector<Mark>> marks; // of a line, by tokens

    // Inside the plot's ends by what marks beside each other may need.
    double x(double tokens) const
    {
        const double share = last > first ? (std::log2(std::max(1.0, tokens)) - first) / (last - first) : 0.5;
        const double room = 2 * markApart;
        return plot.left() + room + (plot.width() - 2 * room) * share;
    }
    double y(double value) const { return plot.bottom() - plot.height() * logProbability.share(value); }
};

// Marks of one number of tokens that would hide each other stand side by side.
void moveApart(Chart &chart)
{
    std::map<int, std::vector<Mark *>> byTokens;
    for (auto &[compressor, marks] : chart.marks)
        for (Mark &mark : marks)
            byTokens[mark.cell->visualTokens].push_back(&mark);
    for (auto &[tokens, marks] : byTokens) {
        std::ranges::stable_sort(marks, {}, [](const Mark *mark) { return mark->at.y(); });
        for (std::size_t begin = 0, end = 0; begin < marks.size(); begin = end) {
            end = begin + 1;
            while (end < marks.size() && marks[end]->at.y() - marks[end - 1]->at.y() < markApart)
                ++end;
            for (std::size_t i = begin; i < end; ++i)
                marks[i]->at.rx() += (double(i - begin) - double(end - begin - 1) / 2) * markApart;
        }
    }
}

Chart chartOf(const FigureSweep &sweep, const QRectF &box)
{
    const Lines lines = linesOf(sweep);
    const double text = lineHeight(figureSmallSize);
    Chart chart;
    chart.plot = box.adjusted(text + 42, 4, -namesWidth, -2 * text - 4);
    std::vector<double> values;
    if (sweep.reference.logProbability)
        values.push_back(*sweep.reference.logProbability);
    double fewest = lines.begin()->second.front()->visualTokens, most = fewest;
    for (const auto &[compressor, cells] : lines)
        for (const SweepCell *cell : cells) {
            values.push_back(*cell->logProbability);
            fewest = std::min(fewest, double(cell->visualTokens));
            most = std::max(most, double(cell->visualTokens));
        }
    chart.logProbability = axisRange(values, 0, -std::numeric_limits<double>::infinity());
    chart.first = std::log2(std::max(1.0, fewest)), chart.last = std::log2(std::max(1.0, most));
    for (const auto &[compressor, cells] : lines)
        for (const SweepCell *cell : cells)
            chart.marks[compressor].push_back({cell, {chart.x(cell->visualTokens), chart.y(*cell->logProbability)}});
    moveApart(chart);
    return chart;
}

void paintAxes(QPainter &painter, const Chart &chart)
{
    const QRectF &plot = chart.plot;
    const double text = lineHeight(figureSmallSize);
    for (double tick : chart.logProbability.ticks) {
        painter.fillRect(QRectF(plot.left(), chart.y(tick) - 0.4, plot.width(), 0.8), track);
        drawText(painter, QRectF(plot.left() - 46, chart.y(tick) - 6, 40, 12), Qt::AlignRight,
                 chart.logProbability.label(tick), figureSmallSize, muted);
    }
    std::set<int> ticks;
    for (const auto &[compressor, marks] : chart.marks)
        for (const Mark &mark : marks)
            ticks.insert(mark.cell->visualTokens);
    double taken = plot.left() - 100;
    for (int tick : ticks)
        if (chart.x(tick) - taken > 26) {
            taken = chart.x(tick);
            drawText(painter, QRectF(taken - 20, plot.bottom() + 2, 40, text), Qt::AlignHCenter, QString::number(tick),
                     figureSmallSize, muted);
        }
    drawText(painter, QRectF(plot.left(), plot.bottom() + 2 + text, plot.width(), text), Qt::AlignHCenter,
             QObject::tr("visual tokens"), figureSmallSize, ink);
    painter.save();
    painter.translate(plot.left() - text - 42, plot.center().y());
    painter.rotate(-90);
    drawText(painter, QRectF(-plot.height() / 2, 0, plot.height(), text), Qt::AlignHCenter, QObject::tr("log p"),
             figureSmallSize, ink);
    painter.restore();
}

// At the right end of each line, none over another, and none below the plot.
void paintNames(QPainter &painter, const QRectF &plot, std::vector<std::pair<double, std::string>> ends)
{
    constexpr double line = 11;
    std::ranges::sort(ends);
    for (std::size_t i = 1; i < ends.size(); ++i)
        ends[i].first = std::max(ends[i].first, ends[i - 1].first + line);
    double lowest = plot.bottom();
    for (auto end = ends.rbegin(); end != ends.rend(); ++end, lowest -= line)
        lowest = end->first = std::min(end->first, lowest);
    for (const auto &[y, compressor] : ends)
        drawText(painter, QRectF(plot.right() + 5, y - 6, namesWidth - 5, 12), Qt::AlignLeft,
                 QString::fromStdString(compressor), figureSmallSize, colourOf(compressor));
}

void paintChart(QPainter &painter, const FigureSweep &sweep, const QRectF &box)
{
    const Chart chart = chartOf(sweep, box);
    paintAxes(painter, chart);
    std::vector<std::pair<double, std::string>> ends;
    if (sweep.reference.logProbability) {
        const double y = chart.y(*sweep.reference.logProbability);
        painter.setPen(QPen(ink, 1, Qt::DashLine, Qt::FlatCap));
        painter.drawLine(QPointF(chart.plot.left(), y), QPointF(chart.plot.right(), y));
        ends.emplace_back(y, "none");
    }
    for (const auto &[compressor, marks] : chart.marks) {
        painter.setPen(QPen(colourOf(compressor), 1.2, Qt::SolidLine, Qt::FlatCap));
        for (std::size_t i = 1; i < marks.size(); ++i)
            painter.drawLine(marks[i - 1].at, marks[i].at);
        ends.emplace_back(marks.back().at.y(), compressor);
    }
    for (const auto &[compressor, marks] : chart.marks) // over all lines
        for (const Mark &mark : marks)
            paintPoint(painter, mark.at, mark.cell->unchanged, colourOf(compressor));
    paintNames(painter, chart.plot, std::move(ends));
}

// Columns of the table.
enum Column { Compressor, Tokens, Text, Same, LogProbability, Kv };

bool isLeft(int column)
{
    return column == Compressor || column == Text || column == Same;
}

// The table's head, the run with all tokens, and the others.
std::vector<QStringList> rowsOf(const FigureSweep &sweep, bool marks)
{
    std::vector<QStringList> rows{{QObject::tr("method"), QObject::tr("tokens"), QObject::tr("answer"), QString(),
                                   QObject::tr("log p"), QObject::tr("KV")}};
    const auto add = [&](const SweepCell &cell) {
        rows.push_back(
            {QString::fromStdString(cell.point.compressor), QString::number(cell.visualTokens),
             QString::fromStdString(cell.answer).simplified(),
             marks                ? (cell.unchanged ? QStringLiteral("●") : QStringLiteral("×"))
                 : cell.unchanged ? QObject::tr("same")
                                  : QObject::tr("changed"),
             cell.logProbability ? QString::fromStdString(fixedText(*cell.logProbability, 3)) : QStringLiteral("–"),
             QString::fromStdString(bytesText(double(cell.kvBytes)))});
    };
    add(sweep.reference);
    for (const SweepCell &cell : sweep.cells)
        add(cell);
    return rows;
}

SweepTable tableOf(const FigureSweep &sweep, double width, bool marks)
{
    SweepTable table{rowsOf(sweep, marks), {}};
    double others = 0;
    for (int column = 0; column <= Kv; ++column) {
        double widest = 0;
        for (const QStringList &row : table.rows)
            widest = std::max(widest, textWidth(row[column], figureSmallSize));
        table.widths.push_back(std::ceil(widest));
        others += (column == Text ? 0 : table.widths.back()) + (column == Kv ? 0 : columnGap);
    }
    table.widths[Text] = std::max(0.0, width - others);
    return table;
}

void paintTable(QPainter &painter, const FigureSweep &sweep, const QRectF &box)
{
    const SweepTable table = sweepTable(sweep, box.width());
    double top = box.top();
    for (std::size_t i = 0; i < table.rows.size(); ++i, top += row()) {
        double left = box.left();
        for (int column = 0; column <= Kv; ++column) {
            const double width = table.widths[std::size_t(column)];
            const double room = i == 0 && column == Text ? width + columnGap + table.widths[Same] : width; // no head
            drawText(painter, QRectF(left, top, width, row()), isLeft(column) ? Qt::AlignLeft : Qt::AlignRight,
                     elided(table.rows[i][column], room, figureSmallSize), figureSmallSize, i == 0 ? muted : ink);
            left += width + columnGap;
        }
        if (i == 0)
            painter.fillRect(QRectF(box.left(), top + row() - 1, box.width(), 0.75), figure_colours::line);
    }
}

double chartAndLegend(const FigureSweep &sweep, double width)
{
    return hasChart(sweep) ? chartHeight + lineHeight(figureSmallSize) * double(sweepLegend(sweep, width).size()) + 6
                           : 0;
}

}

QStringList sweepLegend(const FigureSweep &sweep, double width)
{
    QString text = QObject::tr("log p: log-probability of the scored answer. ●\u00a0the same answer as with all visual "
                               "tokens, ×\u00a0another one.");
    if (sweep.reference.logProbability)
        text += QObject::tr(" Dashed: all visual tokens.");
    if (sweep.notAsked > 0)
        text += QObject::tr(" Stopped after %1 of %2 runs.")
                    .arg(sweep.cells.size() + 1)
                    .arg(sweep.cells.size() + 1 + std::size_t(sweep.notAsked));
    return wrapped(text, width, figureSmallSize);
}

SweepTable sweepTable(const FigureSweep &sweep, double width)
{
    const SweepTable table = tableOf(sweep, width, false);
    return table.widths[Text] < leastAnswer && hasChart(sweep) ? tableOf(sweep, width, true) : table;
}

double sweepHeight(const FigureSweep &sweep, double width)
{
    return chartAndLegend(sweep, width) + row() * double(2 + sweep.cells.size());
}

void paintSweep(QPainter &painter, const FigureSweep &sweep, const QRectF &box)
{
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasChart(sweep)) {
        paintChart(painter, sweep, QRectF(box.left(), box.top(), box.width(), chartHeight));
        paintCaption(painter, sweepLegend(sweep, box.width()), box.topLeft() + QPointF(0, chartHeight));
    }
    paintTable(painter, sweep, box.adjusted(0, chartAndLegend(sweep, box.width()), 0, 0));
}

} // namespace qmop

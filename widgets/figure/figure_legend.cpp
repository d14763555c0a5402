// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_legend.h"

#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_text.h"
#include "widgets/figure/hatch_lines.h"
#include "widgets/image/kept_set.h"
#include "widgets/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace qmop {

namespace {

constexpr double chipSide = 10;
constexpr double itemGap = 16;

double row()
{
    return lineHeight(figureSmallSize) + 2;
}

void paintKeptChip(QPainter &painter, const QRectF &chip)
{
    painter.setPen(QPen(QColor::fromRgb(keptColour), 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(chip.adjusted(1, 1, -1, -1));
}

void paintDroppedChip(QPainter &painter, const QRectF &chip)
{
    painter.fillRect(chip, QColor(0x50, 0x50, 0x50));
    QPainterPath lines;
    addHatch(lines, chip, 5);
    painter.strokePath(lines, QPen(QColor::fromRgb(droppedColour), 1.3, Qt::SolidLine, Qt::FlatCap));
}

}

FigureLegend::FigureLegend(const RunTrace &trace, const FigurePicture &picture, double width, bool captioned)
{
    if (!picture.kept().empty()) {
        addKept(countKept(picture.kept(), trace.grid, wereKept(trace)), width);
        return;
    }
    const QString text = picture.field() ? picture.field()->name : captioned ? QString() : picture.problem();
    for (const QString &line : wrapped(text, width, figureSmallSize))
        m_items.push_back({Chip::None, line, QPointF(0, double(m_items.size()) * row())});
}

void FigureLegend::addKept(const KeptCounts &counts, double width)
{
    Chip chip = Chip::Kept;
    for (const QString &text : counts.texts()) {
        m_items.push_back({chip, text, {}});
        chip = chip == Chip::Kept ? Chip::Dropped : Chip::None;
    }
    QPointF at;
    for (Item &item : m_items) {
        const double needed = (item.chip == Chip::None ? 0 : chipSide + 6) + textWidth(item.text, figureSmallSize);
        if (at.x() > 0 && at.x() + needed > width)
            at = {0, at.y() + row()};
        item.at = at;
        at.rx() += needed + itemGap;
    }
}

double FigureLegend::height() const
{
    return m_items.empty() ? 0 : m_items.back().at.y() + row();
}

void FigureLegend::paint(QPainter &painter, QPointF topLeft) const
{
    for (const Item &item : m_items) {
        const QPointF at = topLeft + item.at;
        const double middle = at.y() + row() / 2;
        const QRectF chip(at.x(), middle - chipSide / 2, chipSide, chipSide);
        if (item.chip == Chip::Kept)
            paintKeptChip(painter, chip);
        else if (item.chip == Chip::Dropped)
            paintDroppedChip(painter, chip);
        const double left = item.chip == Chip::None ? at.x() : chip.right() + 6;
        drawText(painter, QPointF(left, middle + 0.36 * figureSmallSize), item.text, figureSmallSize,
                 m_items.front().chip == Chip::None ? figure_colours::muted : figure_colours::ink);
    }
}

QStringList FigureLegend::texts() const
{
    QStringList texts;
    for (const Item &item : m_items)
        texts << item.text;
    return texts;
}

} // namespace qmop

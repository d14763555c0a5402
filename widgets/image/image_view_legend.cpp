// SPDX-License-Identifier: GPL-3.0-or-later
//
// The line below the picture: what is drawn on it, with the bar of its colours.
#include "widgets/image/budget_preview.h"
#include "widgets/image/image_view.h"
#include "widgets/image/kept_set.h"
#include "widgets/image/overlay_painter.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace qmop {

namespace {
const QString separator = QStringLiteral(" · ");
}

QString ImageView::legendText() const
{
    return legendMark() + overlayLegend();
}

// Which budgets the answer and a preview of kept patches are of.
QString ImageView::legendMark() const
{
    const bool runsOwn = !m_kept.empty() && !previewsKept(); // no set is known for the other budget
    const QString mark = m_preview && !runsOwn ? budgetMark(*m_preview) : QString();
    return mark.isEmpty() ? mark : mark + separator;
}

QStringList ImageView::keptLegend(bool withColours) const
{
    QStringList parts = countKept(m_kept, *m_grid, wereKept()).texts();
    if (withColours) {
        parts[0] += tr(" (blue outline)");
        parts[1] += tr(" (orange hatch)");
    }
    return parts;
}

// By the width alone: what is drawn on the picture does not move it, and compared
// views that stand side by side are of one height.
int ImageView::legendLines() const
{
    constexpr int oneLine = 36; // characters: less cuts what most legends say
    return width() < oneLine * QFontMetrics(smallFont(this)).averageCharWidth() ? 2 : 1;
}

// Beside the words, in a narrow view below them.
QRectF ImageView::colourBar() const
{
    if (!m_field || m_overlayHidden)
        return {};
    QRectF strip = legendStrip();
    const bool below = legendLines() > 1;
    if (below)
        strip.setTop(strip.center().y());
    return colourBarBox(QFontMetricsF(smallFont(this)), strip, *m_field, !below);
}

QRectF ImageView::legendBox() const
{
    QRectF box = legendStrip().adjusted(8, 4, -8, -4);
    const QRectF bar = colourBar();
    if (!bar.isNull() && legendLines() > 1)
        box.setBottom(bar.top());
    else
        box.setRight(box.right() - bar.width());
    return box;
}

QStringList ImageView::shownLegend() const
{
    const QFont font = smallFont(this);
    const int room = int(legendBox().width());
    const int lines = colourBar().isNull() ? legendLines() : 1;
    QStringList forms{legendText()}; // each shorter than the one before
    if (!m_kept.empty() && !m_overlayHidden && m_problem.isEmpty()) {
        const QStringList parts = keptLegend(false);
        forms << legendMark() + parts.join(separator) << parts.join(separator) << parts.first(2).join(separator);
    }
    const auto whole
        = std::ranges::find_if(forms, [&](const QString &form) { return neededLines(form, font, room) <= lines; });
    return elidedLines(whole == forms.end() ? forms.last() : *whole, font, room, lines);
}

QString ImageView::overlayLegend() const
{
    if (m_overlayHidden)
        return tr("overlay hidden");
    if (!m_problem.isEmpty())
        return m_problem;
    if (!m_kept.empty())
        return keptLegend(true).join(separator);
    if (m_field)
        return m_field->name;
    if (!m_windows.empty())
        return tr("pooling windows");
    return m_grid ? tr("%1 × %2 px · %3 × %4 patches")
                        .arg(m_grid->imageWidth)
                        .arg(m_grid->imageHeight)
                        .arg(m_grid->rows)
                        .arg(m_grid->columns)
                  : tr("%1 × %2 px").arg(m_picture->width).arg(m_picture->height);
}

void ImageView::paintLabels(QPainter &painter)
{
    const PanelColours colours = panelColours(palette());
    painter.setFont(smallFont(this));
    const QRectF strip = legendStrip();
    painter.fillRect(strip, colours.surface);
    painter.setPen(QPen(colours.line, 1));
    painter.drawLine(strip.topLeft(), strip.topRight());
    if (m_field && !m_overlayHidden)
        drawColourBar(painter, colourBar(), *m_field, m_map, colours, readout().value);
    painter.setPen(m_problem.isEmpty() ? colours.text : colours.bad);
    painter.drawText(legendBox(), Qt::AlignLeft | Qt::AlignVCenter, shownLegend().join(u'\n'));
    if (hasFocus() || m_dropHover) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colours.accent, m_dropHover ? 4 : 2));
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

} // namespace qmop

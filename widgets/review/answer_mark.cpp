// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/answer_mark.h"

#include "widgets/theme/accessible_role.h"

#include <QPainter>
#include <QPolygonF>

#include <vector>

namespace qmop {

namespace {

constexpr int gap = 5; // between a mark and its word
constexpr int space = 14; // between one entry and the next

struct Entry {
    double score;
    QString text;
};

std::vector<Entry> entries(bool partly)
{
    std::vector<Entry> all{{1, AnswerLegend::tr("right")}, {0, AnswerLegend::tr("wrong")}};
    if (partly)
        all.push_back({0.5, AnswerLegend::tr("partly")});
    return all;
}

}

void drawAnswerMark(QPainter &painter, QPointF at, double score, const PanelColours &colours, bool faint)
{
    QColor colour = score >= 1 ? colours.good : colours.bad;
    if (faint)
        colour.setAlphaF(0.25F);
    constexpr double r = answerMarkRadius;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, score <= 0 ? 1.6 : 1.2));
    if (score >= 1) {
        painter.drawEllipse(at, r, r);
    } else if (score <= 0) {
        painter.drawLine(at + QPointF(-r, -r), at + QPointF(r, r));
        painter.drawLine(at + QPointF(-r, r), at + QPointF(r, -r));
    } else {
        painter.drawPolygon(
            QPolygonF{at + QPointF(0, -r - 1), at + QPointF(r + 0.5, r - 0.5), at + QPointF(-r - 0.5, r - 0.5)});
    }
}

AnswerLegend::AnswerLegend(QWidget *parent)
    : QWidget(parent)
{
    useFont(this, smallFactor);
    setAccessibleRole(this, QAccessible::Graphic);
    setPartly(false);
}

void AnswerLegend::setPartly(bool any)
{
    m_partly = any;
    setAccessibleName(any ? tr("Legend: circle right, cross wrong, triangle partly right")
                          : tr("Legend: circle right, cross wrong"));
    updateGeometry();
    update();
}

QSize AnswerLegend::sizeHint() const
{
    int width = -space;
    for (const Entry &entry : entries(m_partly))
        width += int(2 * answerMarkRadius) + gap + fontMetrics().horizontalAdvance(entry.text) + space;
    return {width, fontMetrics().height() + 2};
}

void AnswerLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PanelColours colours = panelColours(palette());
    double x = std::max(0, (width() - sizeHint().width()) / 2);
    for (const Entry &entry : entries(m_partly)) {
        drawAnswerMark(painter, {x + answerMarkRadius, height() / 2.0}, entry.score, colours);
        x += 2 * answerMarkRadius + gap;
        painter.setPen(colours.text);
        const int wide = fontMetrics().horizontalAdvance(entry.text);
        painter.drawText(QRectF(x, 0, wide + 1, height()), Qt::AlignVCenter, entry.text);
        x += wide + space;
    }
}

} // namespace qmop

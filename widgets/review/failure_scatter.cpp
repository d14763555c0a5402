// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/failure_scatter.h"

#include "widgets/review/answer_mark.h"
#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

constexpr double pointRadius = answerMarkRadius;
constexpr double reach = 9; // around a point, for the mouse

AxisRange rangeOf(const std::vector<FailureScatter::Point> &points, double FailureScatter::Point::*value,
                  ReviewField field)
{
    std::vector<double> values;
    for (const FailureScatter::Point &point : points)
        values.push_back(point.*value);
    return axisRange(values, fieldHighest(field));
}

}

FailureScatter::FailureScatter(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleRole(this, QAccessible::Chart);
    setAccessibleName(tr("Scatter of the answers"));
    useFont(this, smallFactor);
}

QSize FailureScatter::minimumSizeHint() const
{
    return {140, 150 * textScale() / 100};
}

void FailureScatter::setAxes(ReviewField x, ReviewField y)
{
    m_fieldX = x;
    m_fieldY = y;
    announce();
    redraw();
}

void FailureScatter::setPoints(std::vector<Point> points, const QString &note)
{
    const ReviewRow atCursor = m_cursor >= 0 ? m_points[std::size_t(m_cursor)].row : ReviewRow();
    m_points = std::move(points);
    m_note = note;
    const QString keys
        = tr("Drag a rectangle around answers (Ctrl adds, Esc clears). Keys: arrows walk, Space brushes, Enter opens.");
    setToolTip(note.isEmpty() ? keys : note + u'\n' + keys);
    m_x = rangeOf(m_points, &Point::x, m_fieldX);
    m_y = rangeOf(m_points, &Point::y, m_fieldY);
    m_widest.clear();
    for (double tick : m_y.ticks)
        if (const QString number = m_y.label(tick); number.size() > m_widest.size())
            m_widest = number;
    m_cursor = -1;
    m_brushed.assign(m_points.size(), false);
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        m_brushed[i] = m_brushedRows.contains(m_points[i].row);
        if (m_points[i].row == atCursor)
            m_cursor = int(i);
    }
    announce();
    redraw();
}

void FailureScatter::setBrushed(const std::vector<ReviewRow> &rows)
{
    m_brushedRows = std::set(rows.begin(), rows.end());
    for (std::size_t i = 0; i < m_points.size(); ++i)
        m_brushed[i] = m_brushedRows.contains(m_points[i].row);
    announce();
    redraw();
}

void FailureScatter::setCursorRow(ReviewRow row)
{
    int place = -1;
    for (std::size_t i = 0; i < m_points.size() && place < 0; ++i)
        if (m_points[i].row == row)
            place = int(i);
    if (place == m_cursor)
        return;
    m_cursor = place;
    announce();
    update();
}

void FailureScatter::setLit(const std::vector<bool> &lit)
{
    bool changed = false;
    for (std::size_t i = 0; i < m_points.size() && i < lit.size(); ++i) {
        changed = changed || m_points[i].lit != lit[i];
        m_points[i].lit = lit[i];
    }
    if (changed)
        update();
}

std::vector<ReviewRow> FailureScatter::brushed() const
{
    std::vector<ReviewRow> rows;
    for (std::size_t i = 0; i < m_points.size(); ++i)
        if (m_brushed[i])
            rows.push_back(m_points[i].row);
    return rows;
}

bool FailureScatter::hasBrush() const
{
    return !m_brushedRows.empty();
}

QRectF FailureScatter::plotArea() const
{
    const QFontMetricsF metrics(font());
    const double left = 1.2 * metrics.height() + metrics.horizontalAdvance(m_widest) + 8;
    const double above = m_note.isEmpty() ? 0.6 : 1.5;
    return QRectF(rect()).adjusted(left, metrics.height() * above, -metrics.height() * 1.4, -2.6 * metrics.height());
}

QPointF FailureScatter::position(int point) const
{
    const Point &of = m_points[std::size_t(point)];
    const QRectF area = plotArea();
    return {area.left() + m_x.share(of.x) * area.width(), area.bottom() - m_y.share(of.y) * area.height()};
}

int FailureScatter::pointAt(QPointF position_) const
{
    int nearest = -1;
    double least = reach * reach;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF away = position(int(i)) - position_;
        if (const double distance = QPointF::dotProduct(away, away); distance <= least) {
            least = distance;
            nearest = int(i);
        }
    }
    return nearest;
}

void FailureScatter::redraw()
{
    m_drawn = {};
    update();
}

void FailureScatter::drawAxes(QPainter &painter) const
{
    const PanelColours colours = panelColours(palette());
    const QRectF area = plotArea();
    const double line = QFontMetricsF(font()).height();
    for (double tick : m_x.ticks) {
        const double x = area.left() + m_x.share(tick) * area.width();
        painter.setPen(colours.track);
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        painter.setPen(colours.muted);
        painter.drawText(QRectF(x - 40, area.bottom() + 2, 80, line), Qt::AlignCenter, m_x.label(tick));
    }
    for (double tick : m_y.ticks) {
        const double y = area.bottom() - m_y.share(tick) * area.height();
        painter.setPen(colours.track);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(colours.muted);
        painter.drawText(QRectF(0, y - line / 2, area.left() - 4, line), Qt::AlignRight | Qt::AlignVCenter,
                         m_y.label(tick));
    }
    painter.setPen(colours.line);
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.drawLine(area.topLeft(), area.bottomLeft());
    painter.setPen(colours.text);
    const auto fitted = [&](const QString &title, double room) {
        return QFontMetricsF(font()).elidedText(title, Qt::ElideRight, room);
    };
    painter.drawText(QRectF(area.left(), area.bottom() + line + 3, area.width(), line), Qt::AlignCenter,
                     fitted(fieldTitle(m_fieldX), area.width()));
    painter.save();
    painter.rotate(-90);
    painter.drawText(QRectF(-height(), 1, height(), line), Qt::AlignCenter, fitted(fieldTitle(m_fieldY), height()));
    painter.restore();
}

void FailureScatter::drawPoints(QPainter &painter) const
{
    const PanelColours colours = panelColours(palette());
    const double side = 2 * pointRadius + 4;
    // Tens of thousands of marks: drawn once each, then stamped.
    const auto stamp = [&](double score, bool faint) {
        QPixmap pixmap((QSizeF(side, side) * devicePixelRatioF()).toSize());
        pixmap.setDevicePixelRatio(devicePixelRatioF());
        pixmap.fill(Qt::transparent);
        QPainter onStamp(&pixmap);
        onStamp.setRenderHint(QPainter::Antialiasing);
        drawAnswerMark(onStamp, QPointF(side / 2, side / 2), score, colours, faint);
        return pixmap;
    };
    const bool any = hasBrush();
    for (bool brushedOnes : {false, true}) { // on top
        const bool faint = any && !brushedOnes;
        const QPixmap right = stamp(1, faint), wrong = stamp(0, faint), partly = stamp(0.5, faint);
        for (std::size_t i = 0; i < m_points.size(); ++i)
            if (m_brushed[i] == brushedOnes)
                painter.drawPixmap(position(int(i)) - QPointF(side / 2, side / 2),
                                   m_points[i].score >= 1       ? right
                                       : m_points[i].score <= 0 ? wrong
                                                                : partly);
    }
}

void FailureScatter::paintEvent(QPaintEvent *)
{
    const QSize pixels = size() * devicePixelRatioF();
    if (m_drawn.size() != pixels) {
        m_drawn = QPixmap(pixels);
        m_drawn.setDevicePixelRatio(devicePixelRatioF());
        m_drawn.fill(panelColours(palette()).surface);
        QPainter painter(&m_drawn);
        painter.setFont(font());
        drawAxes(painter);
        drawPoints(painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_drawn);
    painter.setRenderHint(QPainter::Antialiasing);
    const PanelColours colours = panelColours(palette());
    painter.setBrush(Qt::NoBrush);
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (!m_points[i].lit)
            continue;
        painter.setPen(QPen(colours.accent, 2));
        painter.drawEllipse(position(int(i)), pointRadius + 3, pointRadius + 3);
    }
    if (m_cursor >= 0 && hasFocus()) {
        painter.setPen(QPen(colours.text, 1.5));
        painter.drawRect(QRectF(position(m_cursor), QSizeF()).adjusted(-7, -7, 7, 7));
    }
    if (m_band) {
        painter.setPen(QPen(colours.accent, 1, Qt::DashLine));
        painter.drawRect(*m_band);
    }
    const QRectF area = plotArea();
    painter.setFont(font());
    painter.setPen(colours.muted);
    if (m_points.empty())
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, tr("No answer in the list has both numbers."));
    painter.drawText(QRectF(0, 0, area.right(), area.top()), Qt::AlignVCenter | Qt::AlignRight,
                     QFontMetricsF(font()).elidedText(m_note, Qt::ElideRight, area.right()));
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(colours.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

} // namespace qmop

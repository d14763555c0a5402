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

// Room around the values; a share stays within 0 ... 1 as far as it is drawn.
template<typename Value> auto rangeOf(const std::vector<FailureScatter::Point> &points, Value value)
{
    std::pair<double, double> range{0, 1};
    if (!points.empty()) {
        const auto [low, high] = std::ranges::minmax_element(points, {}, value);
        range = {value(*low), value(*high)};
    }
    const double room = range.second > range.first ? 0.04 * (range.second - range.first) : 0.05;
    return std::pair{range.first - room, range.second + room};
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

void FailureScatter::setAxes(const QString &x, const QString &y)
{
    m_titleX = x;
    m_titleY = y;
    setToolTip(
        tr("Drag a rectangle around answers (Ctrl adds, Esc clears). Keys: arrows walk, Space brushes, Enter opens."));
    announce();
    redraw();
}

void FailureScatter::setPoints(std::vector<Point> points, int without)
{
    const ReviewRow atCursor = m_cursor >= 0 ? m_points[std::size_t(m_cursor)].row : ReviewRow();
    m_points = std::move(points);
    m_without = without;
    const auto x = rangeOf(m_points, [](const Point &point) { return point.x; });
    const auto y = rangeOf(m_points, [](const Point &point) { return point.y; });
    m_x = {x.first, x.second};
    m_y = {y.first, y.second};
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
    const double left = 2.2 * metrics.height() + metrics.horizontalAdvance(QStringLiteral("0.00")) * 0.9;
    const double above = m_without > 0 ? 1.5 : 0.6; // a line on rows that have no point
    return QRectF(rect()).adjusted(left, metrics.height() * above, -metrics.height() * 1.4, -2.6 * metrics.height());
}

QPointF FailureScatter::position(int point) const
{
    const Point &of = m_points[std::size_t(point)];
    const QRectF area = plotArea();
    return {area.left() + (of.x - m_x.low) / (m_x.high - m_x.low) * area.width(),
            area.bottom() - (of.y - m_y.low) / (m_y.high - m_y.low) * area.height()};
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
    painter.setPen(colours.muted);
    constexpr int steps = 4;
    for (int i = 0; i <= steps; ++i) {
        const double share = double(i) / steps;
        const QPointF across(area.left() + share * area.width(), area.bottom());
        const QPointF up(area.left(), area.bottom() - share * area.height());
        painter.setPen(colours.line);
        painter.drawLine(QPointF(across.x(), area.top()), across);
        painter.drawLine(up, QPointF(area.right(), up.y()));
        painter.setPen(colours.muted);
        painter.drawText(QRectF(across.x() - 40, across.y() + 2, 80, line), Qt::AlignCenter,
                         QString::number(m_x.low + share * (m_x.high - m_x.low), 'f', 2));
        painter.drawText(QRectF(0, up.y() - line / 2, area.left() - 4, line), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(m_y.low + share * (m_y.high - m_y.low), 'f', 2));
    }
    painter.setPen(colours.text);
    const auto fitted = [&](const QString &title, double room) {
        return QFontMetricsF(font()).elidedText(title, Qt::ElideRight, room);
    };
    painter.drawText(QRectF(area.left(), area.bottom() + line + 3, area.width(), line), Qt::AlignCenter,
                     fitted(m_titleX, area.width()));
    painter.save();
    painter.rotate(-90);
    painter.drawText(QRectF(-height(), 1, height(), line), Qt::AlignCenter, fitted(m_titleY, height()));
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
    if (m_points.empty() || m_without > 0) {
        painter.setFont(font());
        painter.setPen(colours.muted);
        const QString note = m_points.empty() ? tr("No answer in the list has both numbers.")
                                              : tr("%n answer(s) without these numbers", nullptr, m_without);
        const QRectF area = plotArea();
        if (m_points.empty())
            painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, note);
        else
            painter.drawText(QRectF(0, 0, area.right(), area.top()), Qt::AlignVCenter | Qt::AlignRight,
                             QFontMetricsF(font()).elidedText(note, Qt::ElideLeft, area.right()));
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(colours.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

} // namespace qmop

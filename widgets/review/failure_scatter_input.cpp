// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mouse and keys of the scatter.
#include "widgets/review/failure_scatter.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qmop {

void FailureScatter::brush(const std::vector<int> &points, bool add)
{
    if (!add) {
        m_brushedRows.clear();
        m_brushed.assign(m_points.size(), false);
    }
    for (int point : points) {
        m_brushed[std::size_t(point)] = true;
        m_brushedRows.insert(m_points[std::size_t(point)].row);
    }
    announce();
    redraw();
    emit brushChanged({m_brushedRows.begin(), m_brushedRows.end()});
}

void FailureScatter::toggle(int point)
{
    if (!m_brushed[std::size_t(point)]) {
        brush({point}, true);
        return;
    }
    m_brushed[std::size_t(point)] = false;
    m_brushedRows.erase(m_points[std::size_t(point)].row);
    brush({}, true);
}

void FailureScatter::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        m_pressed = event->position();
}

void FailureScatter::mouseMoveEvent(QMouseEvent *event)
{
    if (m_pressed && (event->buttons() & Qt::LeftButton)) {
        const QPointF moved = event->position() - *m_pressed;
        if (m_band || moved.manhattanLength() >= QApplication::startDragDistance()) {
            m_band = QRectF(*m_pressed, event->position()).normalized();
            update();
        }
        return;
    }
    const int point = pointAt(event->position());
    emit hovered(point >= 0 ? m_points[std::size_t(point)].row : ReviewRow());
}

void FailureScatter::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pressed)
        return;
    const QPointF pressed = *std::exchange(m_pressed, std::nullopt);
    const bool add = event->modifiers() & Qt::ControlModifier;
    if (const std::optional<QRectF> band = std::exchange(m_band, std::nullopt)) {
        std::vector<int> inside;
        for (std::size_t i = 0; i < m_points.size(); ++i)
            if (band->contains(position(int(i))))
                inside.push_back(int(i));
        brush(inside, add);
        return;
    }
    const int point = pointAt(pressed);
    if (point >= 0)
        setCursorPoint(point);
    if (point >= 0 && add)
        toggle(point);
    else
        brush(point >= 0 ? std::vector<int>{point} : std::vector<int>{}, add);
}

void FailureScatter::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const int point = pointAt(event->position()); point >= 0)
        emit opened(m_points[std::size_t(point)].row);
}

void FailureScatter::leaveEvent(QEvent *event)
{
    emit hovered({});
    QWidget::leaveEvent(event);
}

// Esc is the window's: it cancels a run, and unlocks. A brush comes first.
bool FailureScatter::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape
        && hasBrush() && !m_running) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::ToolTip && m_details) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (const int point = pointAt(help->pos()); point >= 0) {
            QToolTip::showText(help->globalPos(), m_details(m_points[std::size_t(point)].row), this);
            return true;
        }
    }
    return QWidget::event(event);
}

void FailureScatter::keyPressEvent(QKeyEvent *event)
{
    const bool atPoint = m_cursor >= 0;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (!(event->modifiers() & Qt::AltModifier)) {
            moveCursor(event->key());
            return;
        }
        break;
    case Qt::Key_Space:
        if (atPoint) {
            toggle(m_cursor);
            return;
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (atPoint && !(event->modifiers() & Qt::ControlModifier)) {
            emit opened(m_points[std::size_t(m_cursor)].row);
            return;
        }
        break;
    case Qt::Key_Escape:
        if (hasBrush()) {
            brush({}, false);
            return;
        }
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

// To the nearest point that lies more in the key's direction than beside it;
// without a cursor yet, to the one nearest to the middle.
void FailureScatter::moveCursor(int key)
{
    const QPointF from = m_cursor >= 0 ? position(m_cursor) : plotArea().center();
    const QPointF towards = key == Qt::Key_Left ? QPointF(-1, 0)
        : key == Qt::Key_Right                  ? QPointF(1, 0)
        : key == Qt::Key_Up                     ? QPointF(0, -1)
                                                : QPointF(0, 1);
    int best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF away = position(int(i)) - from;
        const double along = QPointF::dotProduct(away, towards);
        const double across = std::abs(away.x() * towards.y() + away.y() * towards.x());
        // Points in the same place follow each other in their order.
        const bool same = m_cursor >= 0 && away.isNull();
        const bool next = same && (key == Qt::Key_Right || key == Qt::Key_Down ? int(i) > m_cursor : int(i) < m_cursor);
        if (m_cursor >= 0 && !next && (same || along <= 0 || across > along))
            continue;
        const double distance = next ? std::abs(int(i) - m_cursor) * 1e-9 : std::hypot(away.x(), away.y()) + across;
        if (distance < least) {
            least = distance;
            best = int(i);
        }
    }
    if (best >= 0)
        setCursorPoint(best);
}

void FailureScatter::setCursorPoint(int point)
{
    m_cursor = point;
    announce();
    update();
    const ReviewRow row = m_points[std::size_t(point)].row;
    emit reached(row);
    emit hovered(row);
}

void FailureScatter::announce()
{
    QString text = tr("%1 against %2, %n answer(s)", nullptr, int(m_points.size()))
                       .arg(fieldTitle(m_fieldY), fieldTitle(m_fieldX));
    text += tr(", %n brushed", nullptr, int(std::ranges::count(m_brushed, true)));
    if (m_cursor >= 0) {
        const Point &point = m_points[std::size_t(m_cursor)];
        text += tr(". At %1, %2: %3, %4")
                    .arg(point.x, 0, 'f', 2)
                    .arg(point.y, 0, 'f', 2)
                    .arg(point.score >= 1 ? tr("right") : tr("wrong"),
                         m_brushed[std::size_t(m_cursor)] ? tr("brushed") : tr("not brushed"));
    }
    if (!m_note.isEmpty())
        text += QStringLiteral(". ") + m_note;
    setAccessibleDescription(text);
}

void FailureScatter::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void FailureScatter::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    emit hovered({});
    update();
}

void FailureScatter::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace qmop

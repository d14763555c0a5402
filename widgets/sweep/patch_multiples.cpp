// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sweep/patch_multiples.h"

#include "widgets/selection/keyboard_grid.h"
#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace qmop {

namespace {
constexpr int side = 96;
constexpr int gap = 10;
}

PatchMultiples::PatchMultiples(const QString &name, QWidget *parent)
    : QWidget(parent)
{
    setAccessibleRole(this, QAccessible::List);
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void PatchMultiples::setMaps(std::vector<PatchMap> maps, const PatchGrid &grid)
{
    m_maps = std::move(maps);
    m_grid = grid;
    m_current = std::min(m_current, int(m_maps.size()) - 1);
    setMinimumHeight(heightForWidth(width()));
    setVisible(!m_maps.empty());
    updateGeometry();
    update();
}

int PatchMultiples::columnsFor(int width) const
{
    return std::max(1, (width - gap) / (side + gap));
}

int PatchMultiples::cellHeight() const
{
    return side + QFontMetrics(smallFont(this)).height() + gap;
}

int PatchMultiples::heightForWidth(int width) const
{
    const int columns = columnsFor(width);
    return gap + (int(m_maps.size()) + columns - 1) / columns * cellHeight();
}

QSize PatchMultiples::sizeHint() const
{
    return {4 * (side + gap) + gap, heightForWidth(4 * (side + gap) + gap)};
}

QRect PatchMultiples::mapRect(int index) const
{
    const int columns = columnsFor(width());
    return {gap + index % columns * (side + gap), gap + index / columns * cellHeight(), side, side};
}

int PatchMultiples::indexAt(QPoint pos) const
{
    for (int i = 0; i < int(m_maps.size()); ++i)
        if (mapRect(i).adjusted(0, 0, 0, cellHeight() - side).contains(pos))
            return i;
    return -1;
}

void PatchMultiples::setCurrent(int index)
{
    if (index < 0 || index >= int(m_maps.size()) || index == m_current)
        return;
    m_current = index;
    setAccessibleDescription(m_maps[std::size_t(index)].toolTip);
    update();
}

// Kept: a full blue square. Dropped: an orange stroke on an empty one.
void PatchMultiples::paintMap(QPainter &painter, const PatchMap &map, const QRect &area) const
{
    const PanelColours colours = panelColours(palette());
    painter.fillRect(area, colours.track);
    if (int(map.values.size()) != m_grid.patchCount() || m_grid.patchCount() == 0)
        return;
    for (int patch = 0; patch < m_grid.patchCount(); ++patch) {
        const int row = patch / m_grid.columns;
        const int column = patch % m_grid.columns;
        const QPoint from(area.left() + column * area.width() / m_grid.columns,
                          area.top() + row * area.height() / m_grid.rows);
        const QPoint to(area.left() + (column + 1) * area.width() / m_grid.columns,
                        area.top() + (row + 1) * area.height() / m_grid.rows);
        const QRect cell(from, QSize(to.x() - from.x(), to.y() - from.y()));
        const bool padding = std::size_t(patch) < m_grid.isPadding.size() && m_grid.isPadding[std::size_t(patch)];
        const float value = map.values[std::size_t(patch)];
        if (padding && (map.mask ? value == 0 : true)) {
            painter.fillRect(cell, QColor::fromRgb(ColourMap::missingColour));
        } else if (!map.mask) {
            painter.fillRect(cell, QColor::fromRgb(m_colours.colour(double(value), 0, 1)));
        } else if (value > 0) {
            painter.fillRect(cell.adjusted(0, 0, cell.width() > 3 ? -1 : 0, cell.height() > 3 ? -1 : 0),
                             QColor::fromRgb(keptColour));
        } else {
            painter.setPen(QPen(QColor::fromRgb(droppedColour), 1));
            painter.drawLine(cell.bottomLeft() + QPoint(1, -1), cell.topRight() + QPoint(-1, 1));
        }
    }
}

void PatchMultiples::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    const PanelColours colours = panelColours(palette());
    painter.setFont(smallFont(this));
    for (int i = 0; i < int(m_maps.size()); ++i) {
        const QRect area = mapRect(i);
        if (!area.adjusted(0, 0, 0, cellHeight() - side).intersects(event->rect()))
            continue;
        paintMap(painter, m_maps[std::size_t(i)], area);
        painter.setPen(QPen(i == m_current && hasFocus() ? colours.accent : colours.line, i == m_current ? 2 : 1));
        painter.drawRect(area.adjusted(-1, -1, 0, 0));
        painter.setPen(colours.text);
        painter.drawText(QRect(area.left(), area.bottom() + 3, side, painter.fontMetrics().height()), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(m_maps[std::size_t(i)].title, Qt::ElideRight, side));
    }
}

void PatchMultiples::mousePressEvent(QMouseEvent *event)
{
    const int index = indexAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || index < 0)
        return;
    setCurrent(index);
    emit activated(index);
}

void PatchMultiples::keyPressEvent(QKeyEvent *event)
{
    if (const int step = arrowStep(event->key(), columnsFor(width())))
        setCurrent(m_current + step);
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_current >= 0)
        emit activated(m_current);
    else
        QWidget::keyPressEvent(event);
}

void PatchMultiples::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    setCurrent(std::max(0, m_current));
    update();
}

void PatchMultiples::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

void PatchMultiples::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    setMinimumHeight(heightForWidth(width()));
}

bool PatchMultiples::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int index = indexAt(help->pos());
    QToolTip::showText(help->globalPos(), index >= 0 ? m_maps[std::size_t(index)].toolTip : QString(), this);
    return true;
}

} // namespace qmop

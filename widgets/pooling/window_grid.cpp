// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pooling/window_grid.h"

#include "widgets/selection/keyboard_grid.h"
#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace qmop {

namespace {
constexpr double windowGap = 3;
}

WindowGrid::WindowGrid(QWidget *parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleRole(this, QAccessible::Table);
    setAccessibleName(tr("Pooling windows"));
}

void WindowGrid::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    m_field.reset();
    m_windows.clear();
    m_isPreview = false;
    if (m_trace)
        m_field = overlayField(*m_trace, OverlayKind::Pooling, {});
    if (m_field)
        takeWindows(poolingWindows(*m_trace));
    update();
}

void WindowGrid::takeWindows(std::vector<int> windows)
{
    m_windows = std::move(windows);
    // Patches of the first row that share the first window.
    m_stride = int(std::find_if(m_windows.begin(), m_windows.begin() + m_trace->grid.columns,
                                [this](int window) { return window != m_windows.front(); })
                   - m_windows.begin());
}

void WindowGrid::setPreview(const std::vector<int> &windows)
{
    const bool preview = hasWindows() && int(windows.size()) == m_trace->grid.patchCount();
    if (!hasWindows() || (!preview && !m_isPreview) || (preview && m_isPreview && m_windows == windows))
        return;
    m_isPreview = preview;
    takeWindows(preview ? windows : poolingWindows(*m_trace));
    update();
}

void WindowGrid::setSelectedWindow(int window)
{
    m_selected = window;
    setAccessibleDescription(window >= 0 ? tr("window %1 selected").arg(window) : tr("no window selected"));
    update();
}

void WindowGrid::setHoveredPatch(int patch)
{
    if (m_hovered == patch)
        return;
    for (int changed : {m_hovered, patch})
        if (hasWindows() && changed >= 0 && changed < m_trace->grid.patchCount())
            update(patchRect(changed).adjusted(-2, -2, 2, 2).toAlignedRect());
    m_hovered = patch;
}

void WindowGrid::setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked)
{
    for (auto [old, now] : {std::pair{&m_lit[0], &hovered}, {&m_lit[1], &locked}}) {
        if (*old == *now)
            continue;
        std::vector<int> changed;
        std::ranges::set_symmetric_difference(*old, *now, std::back_inserter(changed));
        *old = *now;
        for (int window : changed)
            update(windowRect(window).adjusted(-3, -3, 3, 3).toAlignedRect());
    }
}

QRectF WindowGrid::windowRect(int window) const
{
    QRectF box;
    for (std::size_t patch = 0; hasWindows() && patch < m_windows.size(); ++patch)
        if (m_windows[patch] == window)
            box = box.united(patchRect(int(patch)));
    return box;
}

QRectF WindowGrid::patchRect(int patch) const
{
    const PatchGrid &grid = m_trace->grid;
    const int windowColumns = (grid.columns + m_stride - 1) / m_stride;
    const int windowRows = (grid.rows + m_stride - 1) / m_stride;
    const double cell = std::floor(std::max(1.0,
                                            std::min((width() - (windowColumns + 1) * windowGap) / grid.columns,
                                                     (height() - (windowRows + 1) * windowGap) / grid.rows)));
    const double left = (width() - cell * grid.columns - (windowColumns - 1) * windowGap) / 2;
    const double top = (height() - cell * grid.rows - (windowRows - 1) * windowGap) / 2;
    const int row = patch / grid.columns;
    const int column = patch % grid.columns;
    return {std::floor(left) + column * cell + column / m_stride * windowGap,
            std::floor(top) + row * cell + row / m_stride * windowGap, cell, cell};
}

int WindowGrid::patchAt(QPointF pos) const
{
    if (hasWindows())
        for (int patch = 0; patch < m_trace->grid.patchCount(); ++patch)
            if (patchRect(patch).contains(pos))
                return patch;
    return -1;
}

void WindowGrid::paintFrame(QPainter &painter, int window, const QPen &pen) const
{
    const QRectF box = windowRect(window);
    if (box.isNull())
        return;
    painter.setPen(pen);
    painter.drawRect(box.adjusted(-1.5, -1.5, 1.5, 1.5));
}

void WindowGrid::paintEvent(QPaintEvent *event)
{
    if (!hasWindows())
        return;
    QPainter painter(this);
    const PanelColours colours = panelColours(palette());
    for (int patch = 0; patch < m_trace->grid.patchCount(); ++patch)
        if (const QRectF cell = patchRect(patch); cell.intersects(event->rect()))
            painter.fillRect(cell,
                             m_isPreview ? colours.line
                                         : QColor::fromRgb(m_map.colour(double(m_field->values[std::size_t(patch)]),
                                                                        m_field->low, m_field->high)));
    painter.setBrush(Qt::NoBrush);
    if (m_isPreview) // what is selected and lit up are windows of the run
        return drawFocusFrame(painter, *this);
    for (int window : m_lit[1])
        paintFrame(painter, window, QPen(colours.accent, 1.5, Qt::DashLine));
    for (int window : m_lit[0])
        paintFrame(painter, window, QPen(colours.text, 1.5));
    if (m_selected >= 0)
        paintFrame(painter, m_selected, QPen(colours.accent, 3));
    if (m_hovered >= 0 && m_hovered < m_trace->grid.patchCount()) {
        painter.setPen(QPen(colours.text, 1));
        painter.drawRect(patchRect(m_hovered).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    drawFocusFrame(painter, *this);
}

void WindowGrid::mousePressEvent(QMouseEvent *event)
{
    const int window = windowOf(patchAt(event->position()));
    if (event->button() == Qt::LeftButton && window >= 0 && !m_isPreview)
        emit windowClicked(window, lockMode(event->modifiers()));
}

void WindowGrid::mouseMoveEvent(QMouseEvent *event)
{
    emit patchHovered(patchAt(event->position()));
}

void WindowGrid::leaveEvent(QEvent *)
{
    emit patchHovered(-1);
}

void WindowGrid::keyPressEvent(QKeyEvent *event)
{
    const int perRow = hasWindows() ? (m_trace->grid.columns + m_stride - 1) / m_stride : 1;
    const int step = arrowStep(event->key(), perRow);
    if (step == 0 || !hasWindows() || m_isPreview) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int last = *std::max_element(m_windows.begin(), m_windows.end());
    const int to = m_selected < 0 ? 0 : m_selected + step;
    if (to >= 0 && to <= last)
        emit windowClicked(to, event->modifiers() & Qt::ShiftModifier ? LockMode::Extend : LockMode::Replace);
}

} // namespace qmop

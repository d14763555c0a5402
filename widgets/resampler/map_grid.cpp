// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resampler/map_grid.h"

#include "widgets/image/overlay.h"
#include "widgets/resampler/map_statistics.h"
#include "widgets/selection/keyboard_grid.h"
#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <iterator>
#include <utility>

namespace qmop {

namespace {
constexpr int leastSide = 64; // of a map, at a text size of 100 %
constexpr int gap = 8;
}

MapGrid::MapGrid(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleRole(this, QAccessible::List);
    setAccessibleName(tr("Maps of the resampler's queries"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void MapGrid::setMaps(std::shared_ptr<const RunTrace> trace, const Provenance *rows)
{
    m_trace = std::move(trace);
    m_rows = rows;
    m_images.assign(rows ? std::size_t(rows->tokens) : 0, QImage());
    m_highest = 0;
    if (rows)
        for (int token = 0; token < rows->tokens; ++token)
            m_highest = std::max(m_highest, highestShown(rows->row(token), m_trace->grid));
    m_order = rows ? orderedTokens(*rows, MapOrder::Token) : std::vector<int>();
    updateGeometry();
    setMinimumHeight(heightForWidth(width()));
    update();
}

void MapGrid::setOrder(std::vector<int> tokens)
{
    m_order = std::move(tokens);
    update();
}

void MapGrid::setOwnRanges(bool own)
{
    m_ownRanges = own;
    m_images.assign(m_images.size(), QImage());
    update();
}

void MapGrid::setSelectedToken(int token)
{
    if (m_selected == token)
        return;
    m_selected = token;
    setAccessibleDescription(token >= 0 ? tr("query %1 selected").arg(token) : tr("no query selected"));
    update();
}

void MapGrid::setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked)
{
    // What is no longer lit, and what is now: nothing else is painted.
    for (auto [old, now] : {std::pair{&m_hovered, &hovered}, {&m_locked, &locked}}) {
        if (*old == *now)
            continue;
        std::vector<int> changed;
        std::ranges::set_symmetric_difference(*old, *now, std::back_inserter(changed));
        *old = *now;
        updateCells(changed);
    }
}

void MapGrid::updateCells(const std::vector<int> &tokens)
{
    for (int token : tokens)
        if (const QRect map = mapRect(token); !map.isNull())
            update(map.adjusted(-4, -4, 4, 4));
}

// Grows with the text; the same number of pixels for every patch.
int MapGrid::side() const
{
    const int wanted = leastSide * textScale() / 100;
    const int patches = m_trace && m_rows ? std::max(m_trace->grid.columns, m_trace->grid.rows) : 1;
    return (wanted + patches - 1) / patches * patches;
}

int MapGrid::columnsFor(int width) const
{
    return std::max(1, (width - gap) / (side() + gap));
}

int MapGrid::cellHeight() const
{
    return side() + QFontMetrics(smallFont(this)).height() + gap;
}

int MapGrid::heightForWidth(int width) const
{
    const int columns = columnsFor(width);
    return gap + (int(m_order.size()) + columns - 1) / columns * cellHeight();
}

QSize MapGrid::sizeHint() const
{
    return {8 * (side() + gap) + gap, heightForWidth(8 * (side() + gap) + gap)};
}

QRect MapGrid::cellRect(int position) const
{
    const int columns = columnsFor(width());
    return {gap + position % columns * (side() + gap), gap + position / columns * cellHeight(), side(), cellHeight()};
}

QRect MapGrid::mapRect(int token) const
{
    const auto found = std::find(m_order.begin(), m_order.end(), token);
    if (found == m_order.end())
        return {};
    return {cellRect(int(found - m_order.begin())).topLeft(), QSize(side(), side())};
}

int MapGrid::tokenAt(QPoint pos) const
{
    for (std::size_t i = 0; i < m_order.size(); ++i)
        if (cellRect(int(i)).contains(pos))
            return m_order[i];
    return -1;
}

// One pixel per patch; padding is grey. Enlarged without smoothing.
const QImage &MapGrid::imageOf(int token)
{
    QImage &image = m_images[std::size_t(token)];
    if (!image.isNull())
        return image;
    const PatchGrid &grid = m_trace->grid;
    const auto row = m_rows->row(token);
    const float high = m_ownRanges ? highestShown(row, grid) : m_highest;
    image = QImage(grid.columns, grid.rows, QImage::Format_RGB32);
    for (int patch = 0; patch < grid.patchCount(); ++patch) {
        const bool padding = std::size_t(patch) < grid.isPadding.size() && grid.isPadding[std::size_t(patch)];
        image.setPixel(patch % grid.columns, patch / grid.columns,
                       padding ? ColourMap::missingColour
                               : m_map.colour(double(row[std::size_t(patch)]), 0, double(high)));
    }
    return image;
}

void MapGrid::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    const PanelColours colours = panelColours(palette());
    painter.setFont(smallFont(this));
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        const QRect cell = cellRect(int(i));
        if (!cell.intersects(event->rect()))
            continue;
        const int token = m_order[i];
        const QRect map(cell.topLeft(), QSize(side(), side()));
        painter.drawImage(map, imageOf(token));
        const bool selected = token == m_selected;
        paintFrames(painter, map, token, colours);
        painter.setPen(selected ? colours.text : colours.muted);
        painter.drawText(QRect(cell.left(), map.bottom() + 2, side(), painter.fontMetrics().height()), Qt::AlignCenter,
                         QString::number(token));
    }
    drawFocusFrame(painter, *this);
}

// The query on the picture has a thick frame, one that concerns what is locked
// a double line, one that concerns what is hovered a line of the text's colour.
void MapGrid::paintFrames(QPainter &painter, const QRect &map, int token, const PanelColours &colours) const
{
    if (token == m_selected) {
        painter.setPen(QPen(colours.accent, 3));
        painter.drawRect(map.adjusted(-2, -2, 1, 1));
    } else if (std::ranges::binary_search(m_locked, token)) {
        painter.setPen(QPen(colours.accent, 1));
        painter.drawRect(map.adjusted(-1, -1, 0, 0));
        painter.drawRect(map.adjusted(-3, -3, 2, 2));
    }
    if (std::ranges::binary_search(m_hovered, token)) {
        painter.setPen(QPen(colours.text, 2));
        painter.drawRect(map.adjusted(0, 0, -1, -1));
    }
}

void MapGrid::mousePressEvent(QMouseEvent *event)
{
    const int token = tokenAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && token >= 0)
        emit tokenClicked(token, lockMode(event->modifiers()));
}

void MapGrid::mouseMoveEvent(QMouseEvent *event)
{
    emit tokenHovered(tokenAt(event->position().toPoint()));
}

void MapGrid::leaveEvent(QEvent *)
{
    emit tokenHovered(-1);
}

void MapGrid::keyPressEvent(QKeyEvent *event)
{
    const int columns = columnsFor(width());
    const int step = arrowStep(event->key(), columns);
    if (step == 0 || m_order.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const auto found = std::find(m_order.begin(), m_order.end(), m_selected);
    const int from = found == m_order.end() ? -step : int(found - m_order.begin());
    const int to = from + step;
    if (to >= 0 && to < int(m_order.size()))
        emit tokenClicked(m_order[std::size_t(to)],
                          event->modifiers() & Qt::ShiftModifier ? LockMode::Extend : LockMode::Replace);
}

void MapGrid::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    setMinimumHeight(heightForWidth(width()));
}

bool MapGrid::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int token = tokenAt(help->pos());
    if (token < 0) {
        QToolTip::hideText();
        return true;
    }
    const auto row = m_rows->row(token);
    const int peak = rowPeak(row);
    QToolTip::showText(help->globalPos(),
                       tr("query %1 · entropy %2 nat · peak %3 at row %4, column %5")
                           .arg(token)
                           .arg(rowEntropy(row), 0, 'f', 2)
                           .arg(double(row[std::size_t(peak)]), 0, 'g', 3)
                           .arg(peak / m_trace->grid.columns)
                           .arg(peak % m_trace->grid.columns),
                       this);
    return true;
}

} // namespace qmop

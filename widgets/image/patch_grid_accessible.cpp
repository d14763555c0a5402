// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/patch_grid_accessible.h"

#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"

#include <algorithm>

namespace qmop {

namespace {

QAccessibleInterface *makeInterface(const QString &className, QObject *object)
{
    auto *view = className == QLatin1String("qmop::ImageView") ? qobject_cast<ImageView *>(object) : nullptr;
    return view ? new PatchGridAccessible(view) : nullptr;
}

}

void PatchGridAccessible::install()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

void PatchGridAccessible::announce(ImageView *view, int patch)
{
    if (patch < 0)
        return;
    QAccessibleEvent event(view, QAccessible::Focus);
    event.setChild(patch);
    QAccessible::updateAccessibility(&event);
}

PatchGridAccessible::PatchGridAccessible(ImageView *view)
    : QAccessibleWidget(view, QAccessible::Table)
{
}

PatchGridAccessible::~PatchGridAccessible()
{
    for (QAccessible::Id id : m_cells)
        if (id != 0)
            QAccessible::deleteAccessibleInterface(id);
}

ImageView *PatchGridAccessible::view() const
{
    return static_cast<ImageView *>(widget());
}

void *PatchGridAccessible::interface_cast(QAccessible::InterfaceType type)
{
    if (type == QAccessible::TableInterface)
        return static_cast<QAccessibleTableInterface *>(this);
    return QAccessibleWidget::interface_cast(type);
}

int PatchGridAccessible::childCount() const
{
    return view() && view()->grid() ? view()->grid()->patchCount() : 0;
}

QAccessibleInterface *PatchGridAccessible::child(int index) const
{
    if (index < 0 || index >= childCount())
        return nullptr;
    // Cells of an earlier picture stay: a patch's number means the same in every grid.
    if (m_cells.size() <= std::size_t(index))
        m_cells.resize(std::size_t(childCount()), 0);
    QAccessible::Id &id = m_cells[std::size_t(index)];
    if (id == 0)
        id = QAccessible::registerAccessibleInterface(
            new PatchCellAccessible(const_cast<PatchGridAccessible *>(this), index));
    return QAccessible::accessibleInterface(id);
}

QAccessibleInterface *PatchGridAccessible::childAt(int x, int y) const
{
    return child(view()->patchAt(view()->mapFromGlobal(QPointF(x, y))));
}

QAccessibleInterface *PatchGridAccessible::focusChild() const
{
    return view()->hasFocus() ? child(view()->readout().patch) : nullptr;
}

int PatchGridAccessible::indexOfChild(const QAccessibleInterface *child) const
{
    const auto *cell = dynamic_cast<const PatchCellAccessible *>(child);
    return cell ? cell->patch() : -1;
}

QAccessibleInterface *PatchGridAccessible::cellAt(int row, int column) const
{
    return row >= 0 && column >= 0 && column < columnCount() ? child(row * columnCount() + column) : nullptr;
}

int PatchGridAccessible::selectedCellCount() const
{
    return int(view()->lockMarks().size());
}

QList<QAccessibleInterface *> PatchGridAccessible::selectedCells() const
{
    QList<QAccessibleInterface *> cells;
    for (int patch : view()->lockMarks())
        if (QAccessibleInterface *cell = child(patch))
            cells << cell;
    return cells;
}

QString PatchGridAccessible::columnDescription(int column) const
{
    return ImageView::tr("column %1").arg(column);
}

QString PatchGridAccessible::rowDescription(int row) const
{
    return ImageView::tr("row %1").arg(row);
}

int PatchGridAccessible::columnCount() const
{
    return view() && view()->grid() ? view()->grid()->columns : 0;
}

int PatchGridAccessible::rowCount() const
{
    return view() && view()->grid() ? view()->grid()->rows : 0;
}

bool PatchCellAccessible::isValid() const
{
    return m_table->isValid() && m_patch < m_table->childCount();
}

QString PatchCellAccessible::text(QAccessible::Text type) const
{
    return isValid() && (type == QAccessible::Name || type == QAccessible::Value)
        ? m_table->view()->readoutOf(m_patch).text()
        : QString();
}

QRect PatchCellAccessible::rect() const
{
    if (!isValid())
        return {};
    const ImageView *view = m_table->view();
    const QRect box = view->widgetFromImage().map(toQt(view->grid()->patchInImage(m_patch))).toAlignedRect();
    return {view->mapToGlobal(box.topLeft()), box.size()};
}

QAccessible::State PatchCellAccessible::state() const
{
    QAccessible::State state;
    state.focusable = true;
    state.selectable = true;
    if (!isValid())
        return state;
    state.focused = m_table->view()->hasFocus() && m_table->view()->readout().patch == m_patch;
    state.selected = isSelected();
    return state;
}

void *PatchCellAccessible::interface_cast(QAccessible::InterfaceType type)
{
    return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface *>(this) : nullptr;
}

bool PatchCellAccessible::isSelected() const
{
    return isValid() && std::ranges::binary_search(m_table->view()->lockMarks(), m_patch);
}

int PatchCellAccessible::columnIndex() const
{
    return m_table->columnCount() > 0 ? m_patch % m_table->columnCount() : -1;
}

int PatchCellAccessible::rowIndex() const
{
    return m_table->columnCount() > 0 ? m_patch / m_table->columnCount() : -1;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The picture for screen readers: a table with one cell per patch. Moving the
// patch cursor moves the reader's focus, so that each arrow key speaks the
// patch: row, column, value, rank, kept or dropped.
#pragma once

#include <QAccessibleWidget>

#include <vector>

namespace qmop {

class ImageView;

class PatchGridAccessible : public QAccessibleWidget, public QAccessibleTableInterface {
public:
    explicit PatchGridAccessible(ImageView *view);
    ~PatchGridAccessible() override;

    // Once in the life of the program; later calls do nothing.
    static void install();
    // The patch cursor has moved; -1: it has gone.
    static void announce(ImageView *view, int patch);

    ImageView *view() const;

    void *interface_cast(QAccessible::InterfaceType type) override;
    int childCount() const override;
    QAccessibleInterface *child(int index) const override;
    QAccessibleInterface *childAt(int x, int y) const override;
    QAccessibleInterface *focusChild() const override;
    int indexOfChild(const QAccessibleInterface *child) const override;

    QAccessibleInterface *caption() const override { return nullptr; }
    QAccessibleInterface *summary() const override { return nullptr; }
    QAccessibleInterface *cellAt(int row, int column) const override;
    int selectedCellCount() const override;
    QList<QAccessibleInterface *> selectedCells() const override;
    QString columnDescription(int column) const override;
    QString rowDescription(int row) const override;
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return 0; }
    int columnCount() const override;
    int rowCount() const override;
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override { return {}; }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent *) override { }

private:
    mutable std::vector<QAccessible::Id> m_cells; // by patch; 0: not made yet
};

// One patch.
class PatchCellAccessible : public QAccessibleInterface, public QAccessibleTableCellInterface {
public:
    PatchCellAccessible(PatchGridAccessible *table, int patch)
        : m_table(table)
        , m_patch(patch)
    {
    }
    int patch() const { return m_patch; }

    bool isValid() const override;
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QAccessibleInterface *parent() const override { return m_table; }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text type) const override;
    void setText(QAccessible::Text, const QString &) override { }
    QRect rect() const override;
    QAccessible::Role role() const override { return QAccessible::Cell; }
    QAccessible::State state() const override;
    void *interface_cast(QAccessible::InterfaceType type) override;

    bool isSelected() const override;
    QList<QAccessibleInterface *> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface *> rowHeaderCells() const override { return {}; }
    int columnIndex() const override;
    int rowIndex() const override;
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface *table() const override { return m_table; }

private:
    PatchGridAccessible *m_table;
    int m_patch;
};

} // namespace qmop

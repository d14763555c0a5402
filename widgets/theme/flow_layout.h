// SPDX-License-Identifier: GPL-3.0-or-later
//
// Controls in a row that goes on below where the panel is too narrow: a bar
// never widens its panel, nor hides what it holds.
#pragma once

#include <QLayout>
#include <QList>

namespace qmop {

class FlowLayout : public QLayout {
public:
    using QLayout::QLayout;
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override { m_items.append(item); }
    int count() const override { return int(m_items.size()); }
    QLayoutItem *itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem *takeAt(int index) override { return index < count() && index >= 0 ? m_items.takeAt(index) : nullptr; }
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange(QRect(0, 0, width, 0), false); }
    QSize sizeHint() const override; // all in one row
    QSize minimumSize() const override; // the widest alone
    void setGeometry(const QRect &rect) override;

private:
    // Returns the height used.
    int arrange(const QRect &rect, bool move) const;

    QList<QLayoutItem *> m_items;
};

} // namespace qmop

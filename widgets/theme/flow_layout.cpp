// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/flow_layout.h"

#include <QWidget>

#include <algorithm>

namespace qmop {

FlowLayout::~FlowLayout()
{
    while (QLayoutItem *item = takeAt(0))
        delete item;
}

QSize FlowLayout::sizeHint() const
{
    const QMargins margins = contentsMargins();
    int width = margins.left() + margins.right();
    for (const QLayoutItem *item : m_items)
        if (!item->isEmpty())
            width += item->sizeHint().width() + spacing();
    return {width, heightForWidth(width)};
}

QSize FlowLayout::minimumSize() const
{
    const QMargins margins = contentsMargins();
    QSize widest;
    for (const QLayoutItem *item : m_items)
        widest = widest.expandedTo(item->minimumSize());
    return widest + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect &rect, bool move) const
{
    const QRect inner = rect.marginsRemoved(contentsMargins());
    QList<QLayoutItem *> row;
    int x = inner.left(), y = inner.top(), height = 0;
    const auto place = [&] {
        int at = inner.left();
        for (QLayoutItem *item : row) {
            const QSize size = item->sizeHint();
            if (move) // in the middle of its row
                item->setGeometry(QRect(QPoint(at, y + (height - size.height()) / 2), size));
            at += size.width() + spacing();
        }
        row.clear();
    };
    for (QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (x > inner.left() && x + size.width() > inner.left() + inner.width()) {
            place();
            y += height + spacing();
            x = inner.left();
            height = 0;
        }
        row.append(item);
        x += size.width() + spacing();
        height = std::max(height, size.height());
    }
    place();
    return y + height - rect.top() + contentsMargins().bottom();
}

} // namespace qmop

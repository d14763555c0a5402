// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/whole_rows.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QHeaderView>
#include <QScrollBar>
#include <QTableView>

namespace qmop {

WholeRows::WholeRows(QAbstractScrollArea *area, std::function<Rows()> rows, QWidget *parent)
    : QWidget(parent)
    , m_area(area)
    , m_rows(std::move(rows))
{
    area->setParent(this);
    area->installEventFilter(this);
    setSizePolicy(area->sizePolicy());
}

WholeRows::WholeRows(QTableView *table, QWidget *parent)
    : WholeRows(
        table,
        [table] {
            const QHeaderView *header = table->horizontalHeader();
            const int above = header->isHidden() ? 0 : header->sizeHint().height();
            const QScrollBar *bar = table->horizontalScrollBar();
            const int below = bar->isVisibleTo(table) ? bar->sizeHint().height() : 0;
            return Rows{above + below + 2 * table->frameWidth(), table->verticalHeader()->defaultSectionSize()};
        },
        parent)
{
}

void WholeRows::place()
{
    m_area->setGeometry(0, 0, width(), m_area->height()); // what is above and below the rows depends on it
    const Rows rows = m_rows();
    const int room = height() - rows.above;
    m_area->setGeometry(0, 0, width(),
                        rows.height > 0 && room > rows.height ? height() - room % rows.height : height());
}

void WholeRows::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

// What is in the area, or its text, has another size.
bool WholeRows::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest) {
        updateGeometry();
        place();
    }
    return QWidget::event(event);
}

// A table without anything to show is hidden, and leaves its room to others.
bool WholeRows::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::HideToParent || event->type() == QEvent::ShowToParent)
        setVisible(event->type() == QEvent::ShowToParent);
    else if (event->type() == QEvent::FontChange)
        QMetaObject::invokeMethod(this, &WholeRows::place, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

QSize WholeRows::sizeHint() const
{
    return m_area->sizeHint();
}

QSize WholeRows::minimumSizeHint() const
{
    const QSize hint = m_area->minimumSizeHint();
    return {m_area->minimumWidth() > 0 ? m_area->minimumWidth() : hint.width(),
            m_area->minimumHeight() > 0 ? m_area->minimumHeight() : hint.height()};
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Room for a scrolling list in which no row is cut at the lower edge.
#pragma once

#include <QWidget>

#include <functional>

class QAbstractScrollArea;
class QTableView;

namespace qmop {

class WholeRows : public QWidget {
    Q_OBJECT

public:
    struct Rows {
        int above = 0; // of the area's height: header, frame, horizontal scroll bar
        int height = 0; // of a row; 0: there are none
    };

    // Takes the area. It is as high as the rows that fit, and leaves the rest empty.
    WholeRows(QAbstractScrollArea *area, std::function<Rows()> rows, QWidget *parent);
    // Of a table whose rows are alike.
    WholeRows(QTableView *table, QWidget *parent);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();

    QAbstractScrollArea *m_area;
    std::function<Rows()> m_rows;
};

} // namespace qmop

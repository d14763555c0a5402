// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers as points: two of their numbers against each other, right or wrong by
// shape and colour. A rubber band brushes points, Ctrl adds, Esc clears; arrow
// keys walk from point to point, Space brushes, Enter opens.
#pragma once

#include "widgets/review/axis_range.h"
#include "widgets/review/review_rows.h"

#include <QPixmap>
#include <QRectF>
#include <QWidget>

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace qmop {

class FailureScatter : public QWidget {
    Q_OBJECT

public:
    struct Point {
        ReviewRow row;
        double x = 0;
        double y = 0;
        double score = 0;
        bool lit = false; // pointed at or locked elsewhere in the window
    };

    explicit FailureScatter(QWidget *parent = nullptr);

    void setAxes(ReviewField x, ReviewField y);
    // Points that stay brushed and the cursor are kept. `note` says what is not drawn.
    void setPoints(std::vector<Point> points, const QString &note);
    const QString &note() const { return m_note; }
    const AxisRange &axis(Qt::Orientation orientation) const { return orientation == Qt::Horizontal ? m_x : m_y; }
    void setBrushed(const std::vector<ReviewRow> &rows); // as chosen elsewhere
    void setLit(const std::vector<bool> &lit); // [points]
    // The answer that the keys are at, as chosen elsewhere.
    void setCursorRow(ReviewRow row);
    // What the tool tip of a point says.
    void setDetails(std::function<QString(ReviewRow)> details) { m_details = std::move(details); }

    // While a run goes on Esc is the window's.
    void setRunning(bool running) { m_running = running; }

    const std::vector<Point> &points() const { return m_points; }
    std::vector<ReviewRow> brushed() const;
    QPointF position(int point) const; // in the widget
    int pointAt(QPointF position) const; // nearest within reach, -1: none
    QRectF plotArea() const;
    int cursor() const { return m_cursor; }

    QSize sizeHint() const override { return {320, 240}; }
    QSize minimumSizeHint() const override;

signals:
    // The person's, whole: what is brushed from now on.
    void brushChanged(const std::vector<qmop::ReviewRow> &rows);
    void hovered(qmop::ReviewRow row); // sample -1: none
    void reached(qmop::ReviewRow row); // by a click or the keys
    void opened(qmop::ReviewRow row);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void redraw();
    void drawPoints(QPainter &painter) const;
    void drawAxes(QPainter &painter) const;
    void brush(const std::vector<int> &points, bool add);
    void toggle(int point);
    void moveCursor(int key);
    void setCursorPoint(int point);
    void announce();
    bool hasBrush() const;

    std::vector<Point> m_points;
    std::vector<bool> m_brushed; // [points]
    std::set<ReviewRow> m_brushedRows; // also those that have no point
    ReviewField m_fieldX = ReviewField::Entropy;
    ReviewField m_fieldY = ReviewField::Probability;
    AxisRange m_x;
    AxisRange m_y;
    QString m_widest; // of the numbers at the vertical axis
    QString m_note;
    bool m_running = false;
    std::function<QString(ReviewRow)> m_details;
    int m_cursor = -1;
    std::optional<QPointF> m_pressed;
    std::optional<QRectF> m_band;
    QPixmap m_drawn; // axes and points; null: to be drawn
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the router said to each of several questions: a point per question on the
// triangle of the three weights, and the same as a list.
#pragma once

#include "qmop/branch.h"

#include <QPolygonF>
#include <QWidget>

#include <string>
#include <vector>

class QTableWidget;

namespace qmop {

class Selection;

struct SimplexPoint {
    std::string question;
    QString answer;
    PerBranch<float> alpha; // before selection; sums to 1
};

struct SimplexLabel {
    QRectF rect; // in widget coordinates
    QString text; // numbers of questions, from 1: "2", "1, 4"; "1, 4, 5 +2" stands for five
};

// The triangle alone: corners P, R, K. Points with the same weights lie on each other.
class SimplexPlot : public QWidget {
    Q_OBJECT

public:
    explicit SimplexPlot(QWidget *parent = nullptr);

    void setPoints(std::vector<SimplexPoint> points);
    // Indices that light up.
    void setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked);
    QPointF place(int index) const; // in widget coordinates
    int pointAt(QPointF pos) const; // the nearest within reach; -1: none
    // What stands beside the points; no two on each other where there is room.
    std::vector<SimplexLabel> labels() const;

    QSize sizeHint() const override { return {200, 180}; }
    QSize minimumSizeHint() const override { return {130, 120}; }

signals:
    void pointHovered(int index); // -1: none
    void pointClicked(int index, Qt::KeyboardModifiers modifiers);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    std::vector<SimplexPoint> m_points;
    std::vector<int> m_hovered;
    std::vector<int> m_locked;
};

class RouterSimplex : public QWidget {
    Q_OBJECT

public:
    explicit RouterSimplex(QWidget *parent = nullptr);

    // Questions read and write it; null: this widget lights what it is pointed at by nobody.
    void setSelection(Selection *selection);
    void setPoints(std::vector<SimplexPoint> points);

    SimplexPlot *plot() const { return m_plot; }
    QTableWidget *list() const { return m_list; }
    // Rows that light up, ascending.
    std::vector<int> highlighted(bool locked) const;

signals:
    void activated(int index); // a double click or Enter in the list

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void hover(int index);
    void showHighlights();

    Selection *m_selection = nullptr;
    std::vector<SimplexPoint> m_points;
    SimplexPlot *m_plot;
    QTableWidget *m_list;
};

} // namespace qmop

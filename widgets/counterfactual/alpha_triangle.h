// SPDX-License-Identifier: GPL-3.0-or-later
//
// The three routing weights as a point of a triangle: each corner is one branch
// alone, the middle all alike. Dragged with the mouse or moved with the arrows.
#pragma once

#include "qmop/branch.h"

#include "widgets/theme/theme.h"

#include <QPolygonF>
#include <QWidget>

#include <optional>

namespace qmop {

// Corners in the order of Branch. The weights of a point inside are its
// barycentric coordinates; a point outside counts as the nearest one on the edge.
PerBranch<double> weightsAt(const QPolygonF &corners, QPointF point);
QPointF pointAt(const QPolygonF &corners, const PerBranch<double> &weights);

// Equilateral, as large as fits into `area` with the branches' letters at its corners.
QPolygonF triangleIn(const QRectF &area);
// Of the branch's letter, beside its corner.
QRectF chipRect(const QPolygonF &corners, Branch branch);
// Its lines of weight 1/4, 1/2 and 3/4 and the letters; those of `active` in colour.
void drawTriangle(QPainter &painter, const QPolygonF &corners, const PanelColours &colours,
                  const PerBranch<bool> &active = {{true, true, true}}, bool focused = false);

// Moves `step` of the weight to one branch, away from the others in proportion;
// a negative step gives it back. Weights stay within 0 ... 1 and sum to 1.
PerBranch<double> shifted(const PerBranch<double> &weights, Branch towards, double step);

// Keys: Left to P, Right to R, Up to K, Down away from K; with Shift five times
// as far; Home back to the router's point.
class AlphaTriangle : public QWidget {
    Q_OBJECT

public:
    explicit AlphaTriangle(QWidget *parent = nullptr);

    // What the router said; nullopt where there is none: the triangle is disabled.
    void setRouter(std::optional<PerBranch<double>> weights);
    // The point in use: the person's, or the router's while there is none.
    void setWeights(const PerBranch<double> &weights);
    PerBranch<double> weights() const { return m_weights; }

    QPolygonF corners() const; // in widget coordinates
    QSize sizeHint() const override { return {190, 172}; }
    QSize minimumSizeHint() const override { return {120, 110}; }

signals:
    void dragged(const qmop::PerBranch<double> &weights); // while the point moves
    void released(); // it came to rest: one edit
    void routerWanted(); // Home: back to the router's point

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void moveTo(const PerBranch<double> &weights);
    void announce();

    std::optional<PerBranch<double>> m_router;
    PerBranch<double> m_weights{{1.0 / 3, 1.0 / 3, 1.0 / 3}};
    bool m_moving = false;
};

} // namespace qmop

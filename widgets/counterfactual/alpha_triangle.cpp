// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/counterfactual/alpha_triangle.h"

#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qmop {

namespace {

constexpr double keyStep = 0.02;
constexpr double chipSide = 18;

double cross(QPointF a, QPointF b)
{
    return a.x() * b.y() - a.y() * b.x();
}

// Nearest point on the segment from a to b.
QPointF nearestOn(QPointF a, QPointF b, QPointF point)
{
    const QPointF along = b - a;
    const double length = QPointF::dotProduct(along, along);
    const double share = length > 0 ? std::clamp(QPointF::dotProduct(point - a, along) / length, 0.0, 1.0) : 0;
    return a + share * along;
}

PerBranch<double> barycentric(const QPolygonF &corners, QPointF point)
{
    const QPointF a = corners[0];
    const double area = cross(corners[1] - a, corners[2] - a);
    const double second = cross(point - a, corners[2] - a) / area;
    const double third = cross(corners[1] - a, point - a) / area;
    return {{1 - second - third, second, third}};
}

}

PerBranch<double> weightsAt(const QPolygonF &corners, QPointF point)
{
    PerBranch<double> weights = barycentric(corners, point);
    if (*std::min_element(weights.values.begin(), weights.values.end()) < 0) {
        QPointF nearest;
        double least = std::numeric_limits<double>::infinity();
        for (int i = 0; i < 3; ++i) {
            const QPointF candidate = nearestOn(corners[i], corners[(i + 1) % 3], point);
            const QPointF away = candidate - point;
            if (const double distance = QPointF::dotProduct(away, away); distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        weights = barycentric(corners, nearest);
    }
    // Rounding must not leave a branch a weight of -1e-17, or of 1e-17.
    double sum = 0;
    for (double &weight : weights.values) {
        weight = weight < 1e-9 ? 0 : weight;
        sum += weight;
    }
    for (double &weight : weights.values)
        weight /= sum;
    return weights;
}

QPointF pointAt(const QPolygonF &corners, const PerBranch<double> &weights)
{
    double sum = 0;
    QPointF point;
    for (Branch branch : allBranches) {
        point += weights[branch] * corners[int(branch)];
        sum += weights[branch];
    }
    return sum > 0 ? point / sum : (corners[0] + corners[1] + corners[2]) / 3;
}

PerBranch<double> shifted(const PerBranch<double> &weights, Branch towards, double step)
{
    const double target = std::clamp(weights[towards] + step, 0.0, 1.0);
    const double others = 1 - weights[towards];
    PerBranch<double> moved;
    for (Branch branch : allBranches) {
        // From a corner, what is given back is shared evenly.
        const double share = others > 1e-9 ? weights[branch] / others : 0.5;
        moved[branch] = branch == towards ? target : share * (1 - target);
    }
    return moved;
}

QPolygonF triangleIn(const QRectF &whole)
{
    const double margin = chipSide + 8;
    const QRectF area = whole.adjusted(margin, margin, -margin, -margin);
    const double side = std::max(10.0, std::min(area.width(), area.height() / std::sqrt(0.75)));
    const double height = side * std::sqrt(0.75);
    const QPointF centre = area.center();
    return {{centre.x() - side / 2, centre.y() + height / 2},
            {centre.x() + side / 2, centre.y() + height / 2},
            {centre.x(), centre.y() - height / 2}};
}

QRectF chipRect(const QPolygonF &area, Branch branch)
{
    const QPointF out = area[int(branch)] - (area[0] + area[1] + area[2]) / 3;
    const QPointF at = area[int(branch)] + out / std::hypot(out.x(), out.y()) * (chipSide / 2 + 5);
    return {at.x() - chipSide / 2, at.y() - chipSide / 2, chipSide, chipSide};
}

void drawTriangle(QPainter &painter, const QPolygonF &area, const PanelColours &colours, const PerBranch<bool> &active,
                  bool focused)
{
    painter.setPen(QPen(focused ? colours.accent : colours.line, focused ? 2 : 1));
    painter.setBrush(colours.track);
    painter.drawPolygon(area);
    painter.setPen(QPen(colours.line, 1));
    for (int i = 0; i < 3; ++i) // from each corner, the lines of weight 1/4, 1/2, 3/4
        for (double share : {0.25, 0.5, 0.75})
            painter.drawLine(area[i] + share * (area[(i + 1) % 3] - area[i]),
                             area[i] + share * (area[(i + 2) % 3] - area[i]));
    for (Branch branch : allBranches)
        drawBranchChip(painter, chipRect(area, branch), branch, active[branch]);
}

AlphaTriangle::AlphaTriangle(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleRole(this, QAccessible::Slider);
    setAccessibleName(tr("Weights of the branches"));
    setToolTip(tr("Drag the point, or move it with the arrow keys (Shift: faster, Home: the router's)"));
    announce();
}

void AlphaTriangle::setRouter(std::optional<PerBranch<double>> weights)
{
    m_router = weights;
    update();
}

void AlphaTriangle::setWeights(const PerBranch<double> &weights)
{
    if (m_weights == weights)
        return;
    m_weights = weights;
    announce();
    update();
}

void AlphaTriangle::announce()
{
    QStringList spoken;
    for (Branch branch : allBranches)
        spoken << QStringLiteral("%1 %2").arg(branchTitle(branch)).arg(m_weights[branch], 0, 'f', 2);
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
}

QPolygonF AlphaTriangle::corners() const
{
    return triangleIn(rect());
}

void AlphaTriangle::moveTo(const PerBranch<double> &weights)
{
    setWeights(weights);
    emit dragged(m_weights);
}

void AlphaTriangle::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_router)
        return;
    m_moving = true;
    moveTo(weightsAt(corners(), event->position()));
}

void AlphaTriangle::mouseMoveEvent(QMouseEvent *event)
{
    if (m_moving)
        moveTo(weightsAt(corners(), event->position()));
}

void AlphaTriangle::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_moving)
        return;
    m_moving = false;
    emit released();
}

void AlphaTriangle::keyPressEvent(QKeyEvent *event)
{
    const double step = event->modifiers() & Qt::ShiftModifier ? 5 * keyStep : keyStep;
    switch (m_router ? event->key() : 0) {
    case Qt::Key_Left:
        moveTo(shifted(m_weights, Branch::Pool, step));
        break;
    case Qt::Key_Right:
        moveTo(shifted(m_weights, Branch::Resample, step));
        break;
    case Qt::Key_Up:
        moveTo(shifted(m_weights, Branch::Prune, step));
        break;
    case Qt::Key_Down:
        moveTo(shifted(m_weights, Branch::Prune, -step));
        break;
    case Qt::Key_Home:
        emit routerWanted();
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    m_moving = true;
}

void AlphaTriangle::keyReleaseEvent(QKeyEvent *event)
{
    if (!m_moving || event->isAutoRepeat()) {
        QWidget::keyReleaseEvent(event);
        return;
    }
    m_moving = false;
    emit released();
}

void AlphaTriangle::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void AlphaTriangle::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    // The release of the key goes elsewhere.
    if (std::exchange(m_moving, false))
        emit released();
    update();
}

void AlphaTriangle::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PanelColours colours = panelColours(palette());
    const QPolygonF area = corners();
    PerBranch<bool> active;
    for (Branch branch : allBranches)
        active[branch] = m_weights[branch] > 0;
    drawTriangle(painter, area, colours, active, hasFocus());
    if (!m_router)
        return;
    painter.setPen(QPen(colours.text, 1.5, Qt::DotLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(pointAt(area, *m_router), 6, 6);
    painter.setPen(QPen(colours.text, 1.5));
    painter.setBrush(colours.accent);
    painter.drawEllipse(pointAt(area, m_weights), 4.5, 4.5);
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sweep/router_simplex.h"

#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTableWidget>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace qmop {

namespace {

// In device-independent pixels.
constexpr double reach = 10; // of the pointer
constexpr double pointRadius = 5;
constexpr double hoveredRadius = 7;
constexpr int mostNumbers = 3; // of points on each other, before "+n"

PerBranch<double> widened(const PerBranch<float> &weights)
{
    PerBranch<double> wide;
    for (Branch branch : allBranches)
        wide[branch] = double(weights[branch]);
    return wide;
}

QRectF around(QPointF centre, double radius)
{
    return {centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius};
}

double area(const QRectF &rect)
{
    return rect.width() * rect.height();
}

// Where a label of that size says whose it is: beside its point, in the order wished.
std::array<QRectF, 8> placesBeside(QPointF point, QSizeF size)
{
    const double gap = hoveredRadius + 1;
    const double right = point.x() + gap, left = point.x() - gap - size.width();
    const double above = point.y() - gap - size.height(), below = point.y() + gap;
    const double middle = point.y() - size.height() / 2, centred = point.x() - size.width() / 2;
    const auto at = [&](double x, double y) { return QRectF(QPointF(x, y), size); };
    return {at(right, middle), at(left, middle),       at(centred, above),     at(centred, below),
            at(right, above + gap), at(right, below - gap), at(left, above + gap), at(left, below - gap)};
}

QString numbersText(const std::vector<int> &indices)
{
    QStringList shown;
    for (std::size_t i = 0; i < indices.size() && i < mostNumbers; ++i)
        shown << QString::number(indices[i] + 1);
    const int more = int(indices.size()) - mostNumbers;
    return shown.join(QStringLiteral(", ")) + (more > 0 ? QStringLiteral(" +%1").arg(more) : QString());
}

QString weightsText(const PerBranch<float> &alpha)
{
    QStringList parts;
    for (Branch branch : allBranches)
        parts << QStringLiteral("%1 %2").arg(branchLetter(branch)).arg(double(alpha[branch]), 0, 'f', 2);
    return parts.join(u' ');
}

}

SimplexPlot::SimplexPlot(QWidget *parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleRole(this, QAccessible::Chart);
    setAccessibleName(tr("Router's weights by question; the list beside says the same"));
}

void SimplexPlot::setPoints(std::vector<SimplexPoint> points)
{
    m_points = std::move(points);
    m_hovered.clear();
    m_locked.clear();
    update();
}

void SimplexPlot::setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked)
{
    if (hovered == m_hovered && locked == m_locked)
        return;
    m_hovered = hovered;
    m_locked = locked;
    update();
}

QPointF SimplexPlot::place(int index) const
{
    return qmop::pointAt(triangleIn(rect()), widened(m_points[std::size_t(index)].alpha));
}

int SimplexPlot::pointAt(QPointF pos) const
{
    int nearest = -1;
    double least = reach;
    for (int i = 0; i < int(m_points.size()); ++i) {
        const QPointF away = place(i) - pos;
        if (const double distance = std::hypot(away.x(), away.y()); distance <= least) {
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}

// Points whose circles lie on each other are named together, beside the first.
std::vector<SimplexLabel> SimplexPlot::labels() const
{
    std::vector<std::vector<int>> groups;
    for (int i = 0; i < int(m_points.size()); ++i) {
        const auto near = std::ranges::find_if(groups, [&](const std::vector<int> &group) {
            return around(place(group.front()), 2 * pointRadius).contains(place(i));
        });
        if (near == groups.end())
            groups.push_back({i});
        else
            near->push_back(i);
    }
    std::vector<QRectF> taken;
    for (int i = 0; i < int(m_points.size()); ++i)
        taken.push_back(around(place(i), pointRadius));
    for (Branch branch : allBranches)
        taken.push_back(chipRect(triangleIn(rect()), branch));
    const QFontMetricsF metrics(smallFont(this));
    std::vector<SimplexLabel> labels;
    for (const std::vector<int> &group : groups) {
        const QString text = numbersText(group);
        double least = std::numeric_limits<double>::infinity();
        QRectF best;
        for (const QRectF &rect : placesBeside(place(group.front()), metrics.boundingRect(text).size())) {
            double covered = area(rect) - area(rect & QRectF(this->rect()));
            for (const QRectF &other : taken)
                covered += area(rect & other);
            if (covered < least) {
                least = covered;
                best = rect;
            }
        }
        labels.push_back({best, text});
        taken.push_back(best);
    }
    return labels;
}

void SimplexPlot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PanelColours colours = panelColours(palette());
    drawTriangle(painter, triangleIn(rect()), colours);
    painter.setFont(smallFont(this));
    const auto has
        = [](const std::vector<int> &list, int index) { return std::ranges::find(list, index) != list.end(); };
    for (int i = 0; i < int(m_points.size()); ++i) {
        const bool locked = has(m_locked, i);
        const double radius = has(m_hovered, i) ? hoveredRadius : pointRadius;
        painter.setPen(QPen(colours.text, locked ? 2.5 : 1.2));
        painter.setBrush(locked ? colours.accent : colours.surface);
        painter.drawEllipse(place(i), radius, radius);
    }
    painter.setPen(colours.text);
    for (const SimplexLabel &label : labels())
        painter.drawText(label.rect, Qt::AlignCenter, label.text);
}

void SimplexPlot::mouseMoveEvent(QMouseEvent *event)
{
    emit pointHovered(pointAt(event->position()));
}

void SimplexPlot::mousePressEvent(QMouseEvent *event)
{
    if (const int index = pointAt(event->position()); index >= 0 && event->button() == Qt::LeftButton)
        emit pointClicked(index, event->modifiers());
}

void SimplexPlot::leaveEvent(QEvent *)
{
    emit pointHovered(-1);
}

bool SimplexPlot::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int index = pointAt(help->pos());
        if (index < 0)
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(),
                               tr("%1: %2\n%3")
                                   .arg(QString::number(index + 1),
                                        QString::fromStdString(m_points[std::size_t(index)].question),
                                        weightsText(m_points[std::size_t(index)].alpha)),
                               this);
        return true;
    }
    return QWidget::event(event);
}

RouterSimplex::RouterSimplex(QWidget *parent)
    : QWidget(parent)
    , m_plot(new SimplexPlot(this))
    , m_list(new QTableWidget(0, 5, this))
{
    m_list->setHorizontalHeaderLabels({tr("Question"), branchLetter(Branch::Pool), branchLetter(Branch::Resample),
                                       branchLetter(Branch::Prune), tr("Answer")});
    m_list->setAccessibleName(tr("Router's weights by question"));
    m_list->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setTabKeyNavigation(false);
    m_list->setMinimumHeight(90);
    useFont(m_list, smallFactor);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_list, 2);
    m_list->setMouseTracking(true);
    m_list->viewport()->setMouseTracking(true);
    m_list->viewport()->installEventFilter(this);
    connect(m_list, &QTableWidget::cellEntered, this, &RouterSimplex::hover);
    connect(m_list, &QTableWidget::cellActivated, this, &RouterSimplex::activated);
    connect(m_plot, &SimplexPlot::pointHovered, this, &RouterSimplex::hover);
}

void RouterSimplex::setSelection(Selection *selection)
{
    m_selection = selection;
    connect(selection, &Selection::highlightChanged, this, &RouterSimplex::showHighlights);
    const auto lock = [this](int index, Qt::KeyboardModifiers modifiers) {
        m_selection->lock(QuestionTarget{m_points[std::size_t(index)].question}, lockMode(modifiers));
    };
    connect(m_plot, &SimplexPlot::pointClicked, this, lock);
    connect(m_list, &QTableWidget::cellClicked, this, [lock](int row) { lock(row, Qt::NoModifier); });
}

void RouterSimplex::setPoints(std::vector<SimplexPoint> points)
{
    m_points = points;
    m_list->setRowCount(int(points.size()));
    for (int row = 0; row < int(points.size()); ++row) {
        const SimplexPoint &point = points[std::size_t(row)];
        const auto put = [&](int column, const QString &text) {
            auto *item = new QTableWidgetItem(text);
            item->setToolTip(text);
            m_list->setItem(row, column, item);
        };
        put(0, QString::fromStdString(point.question));
        for (Branch branch : allBranches)
            put(1 + int(branch), QString::number(double(point.alpha[branch]), 'f', 3));
        put(4, point.answer);
    }
    m_plot->setPoints(std::move(points));
    showHighlights();
}

bool RouterSimplex::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list->viewport() && event->type() == QEvent::Leave)
        hover(-1);
    return QWidget::eventFilter(watched, event);
}

void RouterSimplex::hover(int index)
{
    if (m_selection)
        m_selection->hover(index < 0 ? std::nullopt
                                     : std::optional<Target>(QuestionTarget{m_points[std::size_t(index)].question}));
}

std::vector<int> RouterSimplex::highlighted(bool locked) const
{
    std::vector<int> rows;
    if (!m_selection)
        return rows;
    const auto &questions = (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).questions;
    for (std::size_t i = 0; i < m_points.size(); ++i)
        if (std::ranges::find(questions, m_points[i].question) != questions.end())
            rows.push_back(int(i));
    return rows;
}

// Underlined while hovered, bold where locked, as in the other lists.
void RouterSimplex::showHighlights()
{
    const std::vector<int> hovered = highlighted(false);
    const std::vector<int> locked = highlighted(true);
    m_plot->setHighlights(hovered, locked);
    for (int row = 0; row < m_list->rowCount(); ++row) {
        QFont font = m_list->font();
        font.setUnderline(std::ranges::find(hovered, row) != hovered.end());
        font.setBold(std::ranges::find(locked, row) != locked.end());
        if (m_list->item(row, 0)->font() != font)
            m_list->item(row, 0)->setFont(font);
    }
}

} // namespace qmop

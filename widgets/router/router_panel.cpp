// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/router/router_panel.h"

#include "widgets/selection/selection.h"
#include "widgets/theme/accessible_role.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

QString weight(double value)
{
    return QString::number(value, 'f', 3);
}

}

double routingEntropy(const RoutingTrace &routing)
{
    double entropy = 0;
    for (Branch branch : allBranches)
        if (const double alpha = routing.alpha[branch]; alpha > 0)
            entropy -= alpha * std::log(alpha);
    return entropy;
}

QString routingSummary(const RoutingTrace &routing)
{
    QStringList ran;
    for (Branch branch : allBranches)
        if (routing.active[branch])
            ran << branchLetter(branch);
    return RouterPanel::tr("τ %1 · entropy %2 of %3 nat · %4 %5")
        .arg(double(routing.temperature), 0, 'f', 2)
        .arg(routingEntropy(routing), 0, 'f', 2)
        .arg(std::log(double(branchCount)), 0, 'f', 2)
        .arg(routing.forced ? RouterPanel::tr("forced:") : RouterPanel::tr("ran:"), ran.join(u' '));
}

RouterPanel::RouterPanel(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleRole(this, QAccessible::Chart);
    setAccessibleName(tr("Router"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void RouterPanel::setSelection(Selection *selection)
{
    m_selection = selection;
    connect(selection, &Selection::highlightChanged, this,
            [this, before = highlighted(false), lockedBefore = highlighted(true)]() mutable {
                if (before == highlighted(false) && lockedBefore == highlighted(true))
                    return;
                before = highlighted(false);
                lockedBefore = highlighted(true);
                update();
            });
}

std::vector<Branch> RouterPanel::highlighted(bool locked) const
{
    if (!m_selection || !m_trace || !m_trace->routing)
        return {};
    return (locked ? m_selection->lockHighlight() : m_selection->hoverHighlight()).branches;
}

QRect RouterPanel::rowRect(Branch branch) const
{
    return {metrics::margin, metrics::margin + int(branch) * rowHeight(), width() - 2 * metrics::margin, rowHeight()};
}

std::optional<Branch> RouterPanel::branchAt(QPoint pos) const
{
    if (m_trace && m_trace->routing)
        for (Branch branch : allBranches)
            if (rowRect(branch).contains(pos))
                return branch;
    return std::nullopt;
}

void RouterPanel::mouseMoveEvent(QMouseEvent *event)
{
    const std::optional<Branch> branch = branchAt(event->position().toPoint());
    if (m_selection)
        m_selection->hover(branch ? std::optional<Target>(BranchTarget{*branch}) : std::nullopt);
}

void RouterPanel::leaveEvent(QEvent *)
{
    if (m_selection)
        m_selection->hover(std::nullopt);
}

void RouterPanel::mousePressEvent(QMouseEvent *event)
{
    const std::optional<Branch> branch = branchAt(event->position().toPoint());
    if (!m_selection || !branch || event->button() != Qt::LeftButton)
        return;
    m_cursor = *branch;
    m_selection->lock(BranchTarget{*branch}, lockMode(event->modifiers()));
}

void RouterPanel::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const bool locks = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!m_selection || (step == 0 && !locks)) {
        QWidget::keyPressEvent(event);
        return;
    }
    m_cursor = Branch(std::clamp(int(m_cursor) + step, 0, int(branchCount) - 1));
    if (locks)
        m_selection->lock(BranchTarget{m_cursor}, lockMode(event->modifiers()));
    else
        m_selection->hover(BranchTarget{m_cursor});
}

void RouterPanel::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void RouterPanel::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

// Dashed where it concerns what is locked, a line where what is hovered.
void RouterPanel::paintFrame(QPainter &painter, Branch branch, const PanelColours &colours) const
{
    const auto has = [branch](const std::vector<Branch> &branches) {
        return std::ranges::find(branches, branch) != branches.end();
    };
    const QRect frame = rowRect(branch).adjusted(-4, 1, 4, -1);
    painter.setBrush(Qt::NoBrush);
    if (has(highlighted(true))) {
        painter.setPen(QPen(colours.accent, 2, Qt::DashLine));
        painter.drawRect(frame);
    }
    if (has(highlighted(false))) {
        painter.setPen(QPen(colours.text, 1));
        painter.drawRect(frame.adjusted(2, 2, -2, -2));
    }
}

void RouterPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    m_runMark.clear();
    describe();
    update();
}

void RouterPanel::setRunMark(const QString &mark)
{
    if (m_runMark == mark)
        return;
    m_runMark = mark;
    describe();
    update();
}

QString RouterPanel::summary() const
{
    return (m_runMark.isEmpty() ? QString() : m_runMark + QStringLiteral(" · ")) + routingSummary(*m_trace->routing);
}

void RouterPanel::describe()
{
    QStringList spoken;
    if (m_trace && m_trace->routing) {
        for (Branch branch : allBranches)
            spoken << rowText(branch);
        spoken << summary();
    }
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
}

int RouterPanel::rowHeight() const
{
    return std::max(26, fontMetrics().height() + 8);
}

int RouterPanel::chipSide() const
{
    return std::min(rowHeight() - 4, 22 * textScale() / 100);
}

QSize RouterPanel::sizeHint() const
{
    return {320, 2 * metrics::margin + 3 * rowHeight() + metrics::gap + fontMetrics().height()};
}

// The chip's letter names the branch where there is no room for the word.
QSize RouterPanel::minimumSizeHint() const
{
    const int numbers = fontMetrics().horizontalAdvance(QStringLiteral("0.000 → 0.000")) + 8;
    return {numbers + 2 * metrics::margin + chipSide() + 8 + 24, sizeHint().height()};
}

QString RouterPanel::rowText(Branch branch) const
{
    const RoutingTrace &routing = *m_trace->routing;
    return tr("%1: α %2, after selection %3, %4")
        .arg(branchTitle(branch), weight(routing.alpha[branch]), weight(routing.selected[branch]),
             routing.active[branch] ? tr("computed") : tr("not computed"));
}

void RouterPanel::paintRow(QPainter &painter, Branch branch, const QRectF &row) const
{
    const RoutingTrace &routing = *m_trace->routing;
    const PanelColours colours = panelColours(palette());
    const double alpha = std::clamp(double(routing.alpha[branch]), 0.0, 1.0);
    const double selected = std::clamp(double(routing.selected[branch]), 0.0, 1.0);
    const QColor colour = branchColour(branch);
    const double chip = chipSide();
    drawBranchChip(painter, QRectF(row.left(), row.center().y() - chip / 2, chip, chip), branch,
                   routing.active[branch]);

    const QFontMetricsF text(font());
    const double numberWidth = text.horizontalAdvance(QStringLiteral("0.000 → 0.000")) + 8;
    const double left = row.width() - numberWidth - chip - 8 - 24; // after numbers and a short bar
    const double wanted = text.horizontalAdvance(branchTitle(Branch::Resample)) + 12;
    const double nameWidth = wanted <= left ? wanted : 0;
    const QRectF name(row.left() + chip + 8, row.top(), nameWidth, row.height());
    painter.setPen(routing.active[branch] ? colours.text : colours.muted);
    if (nameWidth > 0)
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter, branchTitle(branch));

    // Upper bar: raw weight. Lower, hatched: what the fusion used.
    const double unit = textScale() / 100.0;
    const QRectF bar(name.right(), row.center().y() - 8 * unit,
                     std::max(20.0, row.right() - numberWidth - name.right()), 16 * unit);
    const QRectF upper(bar.left(), bar.top(), bar.width(), 9 * unit);
    const QRectF lower(bar.left(), bar.top() + 10 * unit, bar.width(), 6 * unit);
    painter.fillRect(upper, colours.track);
    painter.fillRect(lower, colours.track);
    painter.fillRect(QRectF(upper.left(), upper.top(), upper.width() * alpha, upper.height()), colour);
    const QRectF used(lower.left(), lower.top(), lower.width() * selected, lower.height());
    if (used.width() > 0) {
        painter.fillRect(used, QBrush(colour, Qt::Dense4Pattern));
        painter.setPen(QPen(colour, 1));
        painter.drawRect(used.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    painter.setPen(colours.text);
    painter.drawText(QRectF(row.right() - numberWidth, row.top(), numberWidth, row.height()),
                     Qt::AlignRight | Qt::AlignVCenter,
                     tr("%1 → %2").arg(weight(alpha), routing.active[branch] ? weight(selected) : tr("off")));
}

void RouterPanel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PanelColours colours = panelColours(palette());
    const QRectF area = QRectF(rect()).adjusted(metrics::margin, metrics::margin, -metrics::margin, -metrics::margin);
    if (!m_trace || !m_trace->routing) {
        painter.setPen(colours.muted);
        painter.drawText(
            area, Qt::AlignCenter | Qt::TextWordWrap,
            m_trace ? tr("The compressor “%1” has no router.").arg(QString::fromStdString(m_trace->request.compressor))
                    : tr("Run a question to see how the router weighs the three branches."));
        return;
    }
    for (Branch branch : allBranches) {
        paintRow(painter, branch, rowRect(branch));
        paintFrame(painter, branch, colours);
    }
    painter.setFont(smallFont(this));
    painter.setPen(colours.muted);
    const QRectF summary(area.left(), area.top() + 3 * rowHeight() + metrics::gap, area.width(),
                         fontMetrics().height());
    painter.drawText(summary, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(this->summary(), Qt::ElideRight, int(summary.width())));
    if (hasFocus()) {
        painter.setPen(QPen(colours.accent, 1, Qt::DotLine));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

bool RouterPanel::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || !m_trace || !m_trace->routing)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int row = (help->pos().y() - metrics::margin) / rowHeight();
    const QString text = row >= 0 && row < int(branchCount) ? rowText(Branch(row)) + QStringLiteral("\n")
            + tr("upper bar: α = softmax(logits / τ); lower bar: weight in the fusion")
                                                            : tr("Entropy 0: one branch takes all; 1.10: all alike");
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

} // namespace qmop

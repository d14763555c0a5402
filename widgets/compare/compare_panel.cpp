// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_panel.h"

#include "widgets/compare/difference_map.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>

namespace qmop {

namespace {

constexpr CompareSide sides[] = {CompareSide::A, CompareSide::B, CompareSide::Difference};

}

ComparePanel::ComparePanel(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
    , m_grid(new QGridLayout)
{
    for (CompareSide side : sides) {
        const auto i = std::size_t(side);
        m_cells[i] = new QWidget(this);
        m_titles[i] = new ElidedLabel(m_cells[i]);
        m_titles[i]->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
        m_views[i] = new ComparedView(selection, side, m_cells[i]);
        auto *column = new QVBoxLayout(m_cells[i]);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(2);
        column->addWidget(m_titles[i]);
        column->addWidget(m_views[i], 1);
        if (side != CompareSide::Difference) {
            m_missing[i] = new QLabel(m_cells[i]);
            m_missing[i]->setWordWrap(true);
            m_missing[i]->setAlignment(Qt::AlignCenter);
            m_missing[i]->setMargin(metrics::margin);
            column->addWidget(m_missing[i], 1);
        }
        connect(m_views[i], &ImageView::placeChanged, this, [this, i] { follow(m_views[i]); });
        connect(m_views[i], &ImageView::opacityChanged, this, [this](double opacity) {
            for (ComparedView *view : m_views)
                view->setOpacity(opacity);
        });
    }
    makeActions();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(m_grid, 1);
    m_grid->setSpacing(metrics::gap);
    m_inOneRow = true;
    arrange();
    setTitles({}, {});
    connect(selection, &Selection::highlightChanged, this, &ComparePanel::updateStrip);
    connect(selection, &Selection::overlayChanged, this, &ComparePanel::fill);
    connect(selection, &Selection::tokenChanged, this, &ComparePanel::updateStrip);
    fill();
}

QAction *ComparePanel::addAction(const char *id, const QString &text, const QString &tip, Qt::Key key, bool checkable)
{
    auto *action = new QAction(text, this);
    action->setObjectName(QLatin1String(id));
    action->setCheckable(checkable);
    action->setToolTip(tip);
    if (key != Qt::Key_unknown)
        action->setShortcut(QKeySequence(key));
    action->setShortcutContext(Qt::WidgetShortcut); // elsewhere the letter is text
    for (ComparedView *view : m_views)
        view->addAction(action);
    return action;
}

void ComparePanel::makeActions()
{
    m_lock = addAction("compare.lock", tr("Lock zoom"), tr("A, B and their difference zoom and move as one (L)"),
                       Qt::Key_L, true);
    m_swap = addAction("compare.swap", tr("Swap A and B"), tr("Exchange A and B (X)"), Qt::Key_X, false);
    m_difference = addAction("compare.difference", tr("Difference"), tr("Show B − A per patch (D)"), Qt::Key_D, true);
    m_ownRange = addAction("compare.ownRange", tr("Own range"),
                           tr("Colour the difference on its own largest value, not on the quantity's range"),
                           Qt::Key_unknown, true);
    m_lock->setChecked(true);
    m_difference->setChecked(true);
    connect(m_lock, &QAction::toggled, this, [this](bool locked) {
        if (locked)
            follow(m_views[0]->hasFocus() ? m_views[0] : m_views[1]);
    });
    connect(m_swap, &QAction::triggered, this, &ComparePanel::swapRequested);
    connect(m_difference, &QAction::toggled, this, &ComparePanel::fill);
    connect(m_ownRange, &QAction::toggled, this, [this](bool own) {
        view(CompareSide::Difference)->setOwnRange(own);
        updateStrip();
    });
}

void ComparePanel::setTitles(const QString &a, const QString &b)
{
    m_titles[0]->setText(a.isEmpty() ? tr("A") : tr("A · %1").arg(a));
    m_titles[1]->setText(b.isEmpty() ? tr("B") : tr("B · %1").arg(b));
}

void ComparePanel::setRuns(std::shared_ptr<const RunTrace> a, std::shared_ptr<const RunTrace> b)
{
    m_a = std::move(a);
    m_b = std::move(b);
    m_filled = false;
    fill();
}

bool ComparePanel::isLocked() const
{
    return m_lock->isChecked();
}

// Hidden views keep no copy of a picture: they are filled when they are seen.
void ComparePanel::fill()
{
    const QString missing[]
        = {m_a ? QString() : tr("No run A yet.\nSelect a run in Runs and press A, or pin one as the reference."),
           m_b ? QString() : tr("No run B yet.\nAsk a question, or select a run in Runs.")};
    const bool difference = m_difference->isChecked();
    for (std::size_t i = 0; i < m_missing.size(); ++i) {
        m_missing[i]->setText(missing[i]);
        m_missing[i]->setVisible(!missing[i].isEmpty());
        m_views[i]->setVisible(missing[i].isEmpty());
    }
    // A line says why there is none: the pictures have the room.
    const QString problem = problemText();
    m_titles[2]->setText(problem.isEmpty() ? tr("B − A") : tr("B − A · %1").arg(problem));
    m_views[2]->setVisible(problem.isEmpty());
    m_cells[2]->setVisible(difference && m_a && m_b);
    if (m_third != drawsDifference() || m_alone != (bool(m_a) != bool(m_b)))
        arrange();
    m_ownRange->setEnabled(difference && problem.isEmpty());
    m_swap->setEnabled(m_a && m_b);
    if (!m_filled && isVisible()) {
        m_filled = true;
        view(CompareSide::B)->setRuns(m_a, m_b, m_source);
        view(CompareSide::A)->setRuns(m_a, m_b, view(CompareSide::B));
        view(CompareSide::Difference)->setRuns(m_a, m_b, view(CompareSide::B));
        if (isLocked())
            follow(view(CompareSide::B));
    }
    updateStrip();
}

bool ComparePanel::drawsDifference() const
{
    return m_a && m_b && m_difference->isChecked() && problemText().isEmpty();
}

QString ComparePanel::problemText() const
{
    QString why;
    if (m_a && m_b)
        differenceField(*m_a, *m_b, m_selection->overlay(), m_selection->overlayToken(), false, &why);
    return why;
}

void ComparePanel::follow(const ComparedView *leader)
{
    // A view without its run is hidden and has no size to fit a picture to.
    if (m_following || !isLocked() || !leader->isVisible())
        return;
    const QScopedValueRollback following(m_following, true);
    for (ComparedView *view : m_views)
        if (view != leader)
            view->setPlace(leader->place());
}

QString ComparePanel::stripText() const
{
    const QString roles = tr("A is the reference, B the run shown");
    if (!m_a || !m_b)
        return roles;
    const QString patch
        = comparedReadout(*m_a, *m_b, m_selection->overlay(), m_selection->overlayToken(), m_selection->currentPatch());
    if (!patch.isEmpty())
        return patch;
    QString why;
    const std::optional<OverlayField> field = differenceField(
        *m_a, *m_b, m_selection->overlay(), m_selection->overlayToken(), m_ownRange->isChecked(), &why);
    return field                    ? differenceSummary(*m_a, *m_b, *field, m_selection->overlay())
        : m_difference->isChecked() ? roles // why there is none stands above
                                    : why;
}

void ComparePanel::updateStrip()
{
    if (isVisible())
        emit stripChanged(stripText());
}

// In one row, or the difference below both. What is hidden takes no room, and what
// says that a run or the difference is missing no more than its words.
void ComparePanel::arrange()
{
    for (QWidget *cell : m_cells)
        m_grid->removeWidget(cell);
    m_third = drawsDifference();
    m_alone = bool(m_a) != bool(m_b);
    for (int line = 0; line < 3; ++line) {
        m_grid->setColumnStretch(line, 0);
        m_grid->setRowStretch(line, 0);
    }
    m_grid->addWidget(m_cells[0], 0, 0);
    m_grid->addWidget(m_cells[1], m_alone ? 1 : 0, m_alone ? 0 : 1);
    const bool beside = m_inOneRow && m_third;
    m_grid->addWidget(m_cells[2], beside ? 0 : 2, beside ? 2 : 0, 1, beside ? 1 : 2);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, !m_alone);
    m_grid->setColumnStretch(2, beside);
    m_grid->setRowStretch(m_alone && m_b ? 1 : 0, 1);
    m_grid->setRowStretch(2, !m_inOneRow && m_third);
}

void ComparePanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Whichever gives the larger pictures.
    const int around = 2 * (fontMetrics().height() + 8) + 32; // title, legend, margins
    const int side = std::min(width() / 3, height() - around);
    const bool inOneRow = side >= std::min(width() / 2, height() / 2 - around);
    if (inOneRow != m_inOneRow) {
        m_inOneRow = inOneRow;
        arrange();
    }
}

void ComparePanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    fill();
}

} // namespace qmop

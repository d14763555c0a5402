// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resampler/resampler_panel.h"

#include "widgets/image/overlay.h"
#include "widgets/resampler/map_grid.h"
#include "widgets/resampler/map_statistics.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace qmop {

ResamplerPanel::ResamplerPanel(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
    , m_grid(new MapGrid(this))
    , m_scroll(new QScrollArea(this))
    , m_order(new QComboBox(this))
    , m_ownRanges(new QToolButton(this))
    , m_average(new QPushButton(tr("Average"), this))
    , m_summary(new ElidedLabel(this))
{
    m_scroll->setWidget(m_grid);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus); // the grid in it has the keys
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_scroll, 1);

    connect(m_grid, &MapGrid::tokenClicked, this, [this](int token, LockMode mode) {
        m_selection->lock(TokenRef{Branch::Resample, token}, mode);
        m_selection->setOverlay(OverlayKind::Resampler);
        scrollTo(token);
    });
    connect(m_grid, &MapGrid::tokenHovered, this, [this](int token) {
        m_selection->hover(token < 0 ? std::nullopt : std::optional<Target>(TokenRef{Branch::Resample, token}));
    });
    connect(m_selection, &Selection::highlightChanged, this, [this] {
        m_grid->setHighlights(m_selection->hoverHighlight().tokens[Branch::Resample],
                              m_selection->lockHighlight().tokens[Branch::Resample]);
        followLocks();
    });
    connect(m_average, &QPushButton::clicked, this, [this] {
        m_selection->setToken({});
        m_selection->setOverlay(OverlayKind::Resampler);
    });
    connect(m_selection, &Selection::tokenChanged, this,
            [this](TokenRef token) { m_grid->setSelectedToken(token.branch == Branch::Resample ? token.token : -1); });
    setTrace(nullptr);
}

QWidget *ResamplerPanel::makeBar()
{
    m_order->addItem(tr("token number"), int(MapOrder::Token));
    m_order->addItem(tr("entropy, sharpest first"), int(MapOrder::Entropy));
    m_order->addItem(tr("overlap, most distinct first"), int(MapOrder::Overlap));
    m_order->addItem(tr("position of the peak"), int(MapOrder::Peak));
    m_order->setAccessibleName(tr("Order of the maps"));
    m_order->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_order->setMinimumContentsLength(9); // the list itself is as wide as its words
    m_ownRanges->setText(tr("Own ranges"));
    m_ownRanges->setCheckable(true);
    m_ownRanges->setToolTip(tr("Colour each map on its own range. Maps can then not be compared by colour."));
    m_average->setToolTip(tr("Show the average of all maps on the picture"));
    m_summary->setMuted(true);
    auto *bar = new QWidget(this);
    auto *controls = new FlowLayout;
    controls->setContentsMargins(0, 0, 0, 0);
    controls->setSpacing(metrics::gap);
    for (QWidget *control :
         std::initializer_list<QWidget *>{new QLabel(tr("Sort by"), bar), m_order, m_ownRanges, m_average})
        controls->addWidget(control);
    m_controls = controls;
    m_bar = new QBoxLayout(QBoxLayout::LeftToRight, bar);
    m_bar->setContentsMargins(metrics::gap, 2, metrics::gap, 2);
    m_bar->setSpacing(metrics::gap);
    m_bar->addLayout(controls);
    m_bar->addWidget(m_summary, 1);
    connect(m_order, &QComboBox::currentIndexChanged, this, &ResamplerPanel::sortMaps);
    connect(m_ownRanges, &QToolButton::toggled, m_grid, &MapGrid::setOwnRanges);
    return bar;
}

// What the maps are stands beside the controls where a good part of it can be read there.
void ResamplerPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int needed = m_controls->sizeHint().width() + 20 * fontMetrics().averageCharWidth();
    m_bar->setDirection(width() > needed ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void ResamplerPanel::followLocks()
{
    if (m_locked == m_selection->locked())
        return; // hovered, or another run
    m_locked = m_selection->locked();
    m_behind = visibleRegion().isEmpty();
    if (!m_behind)
        showLocked();
}

// The query that was locked last, else the nearest of those that light up: none
// where one of them is in sight already.
void ResamplerPanel::showLocked()
{
    const std::vector<int> &lit = m_grid->highlighted(true);
    if (lit.empty() || m_locked.empty())
        return;
    const auto *last = std::get_if<TokenRef>(&m_locked.back());
    if (last && last->branch == Branch::Resample) {
        scrollTo(last->token);
        return;
    }
    const QRect seen(-m_grid->pos(), m_scroll->viewport()->size());
    const auto distance = [&](int token) {
        const QRect map = m_grid->mapRect(token);
        return std::max({0, seen.top() - map.top(), map.bottom() - seen.bottom()});
    };
    if (const int nearest = *std::ranges::min_element(lit, {}, distance); distance(nearest) > 0)
        scrollTo(nearest);
}

void ResamplerPanel::scrollTo(int token)
{
    const QRect map = m_grid->mapRect(token);
    if (!map.isNull())
        m_scroll->ensureVisible(map.center().x(), map.center().y(), map.width(), map.height());
}

// Behind another panel the maps may have stood in other columns.
void ResamplerPanel::paintEvent(QPaintEvent *event)
{
    QWidget::paintEvent(event);
    if (std::exchange(m_behind, false))
        QMetaObject::invokeMethod(this, &ResamplerPanel::showLocked, Qt::QueuedConnection);
}

void ResamplerPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    const BranchTrace *branch = m_trace ? branchTrace(*m_trace, Branch::Resample) : nullptr;
    m_grid->setMaps(m_trace, branch ? &branch->provenance : nullptr);
    for (QWidget *control :
         {static_cast<QWidget *>(m_order), static_cast<QWidget *>(m_ownRanges), static_cast<QWidget *>(m_average)})
        control->setEnabled(branch != nullptr);
    m_runMark.clear();
    updateSummary();
    sortMaps();
    const TokenRef token = m_selection->token();
    m_grid->setSelectedToken(token.branch == Branch::Resample ? token.token : -1);
}

void ResamplerPanel::setRunMark(const QString &mark)
{
    if (m_runMark == mark)
        return;
    m_runMark = mark;
    updateSummary();
}

void ResamplerPanel::updateSummary()
{
    const BranchTrace *branch = m_trace ? branchTrace(*m_trace, Branch::Resample) : nullptr;
    if (branch)
        m_summary->setText((m_runMark.isEmpty() ? QString() : m_runMark + QStringLiteral(" · "))
                           + tr("%1 maps · cross-attention, mean of the heads%2")
                                 .arg(branch->provenance.tokens)
                                 .arg(branch->onMainPath ? QString() : tr(" · computed for inspection only")));
    else
        m_summary->setText(m_trace ? tr("The resampler was not computed in this run")
                                   : tr("Run a question to see where each query looks"));
}

void ResamplerPanel::sortMaps()
{
    if (const BranchTrace *branch = m_trace ? branchTrace(*m_trace, Branch::Resample) : nullptr)
        m_grid->setOrder(orderedTokens(branch->provenance, MapOrder(m_order->currentData().toInt())));
}

QString ResamplerPanel::summary() const
{
    return m_summary->text();
}

} // namespace qmop

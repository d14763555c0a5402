// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pooling/pooling_panel.h"

#include "widgets/image/budget_preview.h"
#include "widgets/pooling/window_grid.h"
#include "widgets/resampler/map_statistics.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/scroll_area.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>

#include <cmath>

namespace qmop {

PoolingPanel::PoolingPanel(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
    , m_grid(new WindowGrid(this))
    , m_details(new QLabel(this))
{
    m_details->setWordWrap(true);
    m_details->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    layout->setSpacing(metrics::margin);
    layout->addWidget(m_grid, 2);
    QWidget *details = scrollAreaAround(m_details, this); // large text in a low panel
    details->setMinimumWidth(150);
    layout->addWidget(details, 1);
    connect(m_grid, &WindowGrid::windowClicked, this, [this](int window, LockMode mode) {
        m_selection->lock(TokenRef{Branch::Pool, window}, mode);
        m_selection->setOverlay(OverlayKind::Pooling);
    });
    connect(m_grid, &WindowGrid::patchHovered, m_selection, &Selection::setHoveredPatch);
    connect(m_selection, &Selection::hoveredPatchChanged, m_grid, &WindowGrid::setHoveredPatch);
    connect(m_selection, &Selection::tokenChanged, this, &PoolingPanel::updateDetails);
    connect(m_selection, &Selection::highlightChanged, this, [this] {
        m_grid->setHighlights(m_selection->hoverHighlight().tokens[Branch::Pool],
                              m_selection->lockHighlight().tokens[Branch::Pool]);
    });
    setTrace(nullptr);
}

void PoolingPanel::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    m_preview.reset();
    m_grid->setTrace(m_trace);
    updateDetails();
}

void PoolingPanel::setPreview(const std::optional<KeptPreview> &preview)
{
    const bool usable = preview && preview->budget > 0;
    m_preview = usable ? preview : std::nullopt;
    m_grid->setPreview(usable ? preview->windows : std::vector<int>());
    updateDetails();
}

void PoolingPanel::updateDetails()
{
    const TokenRef token = m_selection->token();
    const bool pooled = token.branch == Branch::Pool && token.token >= 0;
    m_grid->setSelectedWindow(pooled ? token.token : -1);
    const BranchTrace *branch = m_trace ? branchTrace(*m_trace, Branch::Pool) : nullptr;
    if (!branch) {
        m_details->setText(m_trace ? tr("The pooling branch was not computed in this run")
                                   : tr("Run a question to see the windows"));
        return;
    }
    if (m_preview) {
        m_details->setText(
            budgetMark(*m_preview) + u'\n'
            + (m_grid->isPreview()
                   ? tr("The windows of M = %1. How each query weighs its window is known once it was run.")
                         .arg(m_preview->budget)
                   : tr("The grid does not fall into %1 windows: these are those of M = %2.")
                         .arg(m_preview->budget)
                         .arg(m_preview->answerBudget)));
        return;
    }
    const int tokens = branch->provenance.tokens;
    if (!pooled || token.token >= tokens) {
        m_details->setText(tr("%1 windows. Each query attends to its own window only; the shares of a window sum to 1. "
                              "Click one to see it on the picture.")
                               .arg(tokens));
        return;
    }
    const auto row = branch->provenance.row(token.token);
    QStringList lines{tr("Window %1 of %2").arg(token.token).arg(tokens)};
    int size = 0;
    for (int patch = 0; patch < m_trace->grid.patchCount(); ++patch)
        if (const float share = row[std::size_t(patch)]; share > 0) {
            ++size;
            lines << tr("row %1, column %2: %3")
                         .arg(patch / m_trace->grid.columns)
                         .arg(patch % m_trace->grid.columns)
                         .arg(double(share), 0, 'f', 3);
        }
    lines << tr("entropy %1 of %2 nat").arg(rowEntropy(row), 0, 'f', 2).arg(std::log(double(size)), 0, 'f', 2);
    m_details->setText(lines.join(u'\n'));
}

QString PoolingPanel::details() const
{
    return m_details->text();
}

} // namespace qmop

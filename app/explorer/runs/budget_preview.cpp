// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/budget_preview.h"

#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "widgets/image/budget_preview.h"

namespace qmop {

BudgetPreview::BudgetPreview(RunControls *controls, QObject *parent)
    : QObject(parent)
    , m_controls(controls)
{
    connect(controls->budgetSlider(), &BudgetSlider::moved, this, &BudgetPreview::show);
    connect(controls->budgetSlider(), &BudgetSlider::released, this, [this] {
        if (m_shown)
            emit runWanted();
    });
}

void BudgetPreview::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    show(0);
}

bool BudgetPreview::drop()
{
    if (!m_shown)
        return false;
    m_controls->choose(m_controls->compressor(), m_shown->answerBudget);
    show(0);
    return true;
}

void BudgetPreview::show(int budget)
{
    std::optional<KeptPreview> preview = m_trace && budget > 0 ? budgetPreview(*m_trace, budget) : std::nullopt;
    if (m_shown == preview)
        return;
    m_shown = std::move(preview);
    emit changed(m_shown, m_shown ? budgetMark(*m_shown) : QString());
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/experiments/answered_runs.h"

#include "widgets/counterfactual/edit.h"

#include <algorithm>
#include <utility>

namespace qmop {

namespace {

constexpr std::size_t keptRuns = 32;

}

AnsweredRuns::AnsweredRuns(Find find)
    : m_find(std::move(find))
{
}

void AnsweredRuns::remember(const std::shared_ptr<const RunTrace> &trace)
{
    if (!trace || (trace->request.overrides.empty() && !trace->request.search))
        return;
    std::erase(m_shown, trace);
    m_shown.push_back(trace);
    if (m_shown.size() > keptRuns)
        m_shown.pop_front();
}

std::shared_ptr<const RunTrace> AnsweredRuns::find(const Edit &edit, const RunRequest &request) const
{
    if (!edit.original())
        return nullptr;
    const auto answers = [&](const RunTrace &trace) { return edit.isAnsweredBy(trace, request); };
    if (answers(*edit.original()))
        return edit.originalRun(); // rather than another like it
    const auto shown
        = std::find_if(m_shown.rbegin(), m_shown.rend(), [&](const auto &trace) { return answers(*trace); });
    return shown != m_shown.rend() ? *shown : m_find(request, edit.original()->imageSha256, answers);
}

} // namespace qmop

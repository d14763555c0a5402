// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/start_runs.h"

#include "app/explorer/experiments/comparison.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/main_window.h"
#include "qmop/error.h"
#include "qmop/has_budget.h"
#include "qmop/sweep.h"

#include <algorithm>
#include <charconv>

namespace qmop {

std::optional<RunChoice> runChoiceFromText(const std::string &text)
{
    const std::size_t colon = text.find(':');
    RunChoice choice{text.substr(0, colon), 0};
    if (std::ranges::find(compressorNames, choice.compressor) == std::end(compressorNames))
        return std::nullopt;
    if (colon == std::string::npos)
        return choice;
    const char *end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data() + colon + 1, end, choice.budget);
    return failed == std::errc() && stop == end && choice.budget > 0 && hasBudget(choice.compressor)
        ? std::optional(choice)
        : std::nullopt;
}

StartRuns::StartRuns(MainWindow *window, const RunChoice &run, const std::optional<RunChoice> &against)
    : m_window(window)
{
    choose(run);
    if (!against)
        return;
    m_run = {window->controls()->compressor(), window->controls()->budget()};
    choose(*against);
    connect(window, &MainWindow::runEnded, this, &StartRuns::goOn, Qt::SingleShotConnection);
}

void StartRuns::choose(const RunChoice &choice) const
{
    RunControls *controls = m_window->controls();
    if (m_window->lastFailure()) // without a model there is no choice
        return;
    const std::string compressor = choice.compressor.empty() ? controls->compressor() : choice.compressor;
    controls->choose(compressor, choice.budget);
    if (choice.budget == 0 || controls->budget() == choice.budget)
        return;
    throw Error(ErrorCode::InvalidArgument,
                compressor + " with M = " + std::to_string(choice.budget) + ": with this model the window offers "
                    + offeredBudgets(compressor, controls->trainedBudgets(), controls->patches()),
                "choose another budget, or leave it out");
}

void StartRuns::goOn(const std::shared_ptr<const RunTrace> &trace)
{
    if (!trace)
        return; // it failed or was cancelled: that has been said
    m_window->comparison()->setA(trace);
    choose(m_run);
    m_window->startRun();
}

} // namespace qmop

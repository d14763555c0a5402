// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/report.h"

namespace qmop {

namespace {

using nlohmann::ordered_json;

ordered_json scoresJson(const SuiteScore &score)
{
    ordered_json scores;
    for (Dimension dimension : allDimensions) {
        const ScoreValue &value = score.dimensions[std::size_t(dimension)];
        scores[std::string(dimensionKey(dimension))] = value.samples > 0 ? ordered_json(value.percent) : ordered_json();
    }
    scores["avg"] = score.average.percent;
    return scores;
}

template<typename T> ordered_json branchesJson(const PerBranch<T> &values)
{
    ordered_json object;
    for (Branch branch : allBranches)
        object[std::string(branchKey(branch))] = values[branch];
    return object;
}

ordered_json runJson(const BenchRun &run)
{
    ordered_json meanAlpha, active;
    for (Dimension dimension : allDimensions) {
        const std::string key(dimensionKey(dimension));
        const DimensionRouting &routing = run.routing[std::size_t(dimension)];
        meanAlpha[key] = routing.samples > 0 ? branchesJson(routing.meanAlpha) : ordered_json();
        active[key] = branchesJson(routing.active);
    }
    return {{"compressor", run.point.compressor},
            {"budget", run.point.budget},
            {"scores", scoresJson(run.score)},
            {"n", run.score.average.samples},
            {"interval", {run.score.average.low, run.score.average.high}},
            {"mean_alpha", meanAlpha},
            {"active_branches", active},
            {"retention", run.retention ? ordered_json(*run.retention) : ordered_json()}};
}

}

ordered_json reportJson(const BenchReport &report)
{
    ordered_json runs = ordered_json::array();
    for (const BenchRun &run : report.runs)
        runs.push_back(runJson(run));
    return {{"suite", report.suite}, {"version", report.version}, {"scorer", report.scorer}, {"runs", runs}};
}

} // namespace qmop

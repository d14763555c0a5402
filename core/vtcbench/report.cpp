// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/report.h"

#include <cstdio>

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
            {"retention", run.retention ? ordered_json(*run.retention) : ordered_json()},
            {"model_sha256", run.modelHash.empty() ? ordered_json() : ordered_json(run.modelHash)}};
}

}

std::string reportTable(const BenchReport &report)
{
    std::string text = report.suite + " " + report.version + ", scorer " + report.scorer + "\n";
    const auto add = [&text](const char *format, auto... values) {
        char cell[64];
        std::snprintf(cell, sizeof cell, format, values...);
        text += cell;
    };
    add("%-10s %6s", "compressor", "budget");
    for (Dimension dimension : allDimensions)
        add(" %6s", dimensionKey(dimension).data());
    add(" %6s %15s %6s %9s\n", "avg", "95 %", "n", "retention");
    for (const BenchRun &run : report.runs) {
        add("%-10s ", run.point.compressor.c_str());
        run.point.budget > 0 ? add("%6d", run.point.budget) : add("%6s", "-");
        for (const ScoreValue &value : run.score.dimensions)
            value.samples > 0 ? add(" %6.1f", value.percent) : add(" %6s", "-");
        const ScoreValue &average = run.score.average;
        add(" %6.1f %6.1f - %6.1f %6d", average.percent, average.low, average.high, average.samples);
        run.retention ? add(" %7.1f %%\n", *run.retention) : add(" %9s\n", "-");
    }
    return text;
}

ordered_json reportJson(const BenchReport &report)
{
    ordered_json runs = ordered_json::array();
    for (const BenchRun &run : report.runs)
        runs.push_back(runJson(run));
    const bool hasThreshold = report.fusion == FusionMode::Threshold;
    return {{"suite", report.suite},
            {"version", report.version},
            {"scorer", report.scorer},
            {"model", report.model},
            {"fusion", std::string(fusionKey(report.fusion))},
            {"fusion_threshold", hasThreshold ? ordered_json(report.fusionThreshold) : ordered_json()},
            {"runs", runs}};
}

} // namespace qmop

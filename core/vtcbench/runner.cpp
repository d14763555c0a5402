// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/runner.h"

#include <algorithm>

#include "core/vtcbench/score.h"
#include "core/vtcbench/scorer.h"
#include "qmop/error.h"

namespace qmop {

namespace {

bool hasBudget(const std::string &compressor)
{
    return compressor != "none" && compressor != "blind";
}

std::array<DimensionRouting, dimensionCount> summariseRouting(const Suite &suite,
                                                              const std::vector<SampleResult> &results)
{
    std::array<DimensionRouting, dimensionCount> routing{};
    for (std::size_t i = 0; i < results.size(); ++i) {
        DimensionRouting &part = routing[std::size_t(suite.samples[i].dimension)];
        part.samples += results[i].alpha ? 1 : 0;
        for (Branch branch : allBranches) {
            part.active[branch] += results[i].active[branch] ? 1 : 0;
            if (results[i].alpha)
                part.meanAlpha[branch] += double((*results[i].alpha)[branch]);
        }
    }
    for (DimensionRouting &part : routing)
        for (Branch branch : allBranches)
            if (part.samples > 0)
                part.meanAlpha[branch] /= part.samples;
    return routing;
}

void finishReport(const Suite &suite, BenchReport &report, const BootstrapOptions &options)
{
    for (BenchRun &run : report.runs) {
        run.score = summariseScores(suite, run.scores, options);
        run.routing = summariseRouting(suite, run.results);
        if (!run.results.empty())
            run.modelHash = run.results.front().modelHash;
    }
    const auto full = std::find_if(report.runs.begin(), report.runs.end(),
                                   [](const BenchRun &run) { return run.point.compressor == "none"; });
    if (full == report.runs.end() || full->score.average.percent <= 0)
        return;
    for (BenchRun &run : report.runs)
        run.retention = 100 * run.score.average.percent / full->score.average.percent;
}

SampleResult answerOrExplain(const AnswerFunction &answer, const SuiteSample &sample, const BenchPoint &point)
{
    try {
        return answer(sample, point.compressor, point.budget);
    } catch (const Error &error) {
        // The sample is not to blame for the model.
        if (error.code() == ErrorCode::Cancelled || error.code() == ErrorCode::InvalidModel)
            throw;
        throw Error(error.code(), "sample " + sample.id + ": " + error.what(), error.hint());
    }
}

}

std::vector<BenchPoint> benchPoints(const std::vector<std::string> &compressors, const std::vector<int> &budgets)
{
    std::vector<BenchPoint> points;
    const auto add = [&points](const BenchPoint &point) {
        if (std::find(points.begin(), points.end(), point) == points.end())
            points.push_back(point);
    };
    for (const std::string &compressor : compressors) {
        if (!hasBudget(compressor)) {
            add({compressor, 0});
            continue;
        }
        for (int budget : budgets)
            add({compressor, budget});
    }
    return points;
}

BenchReport runSuite(const Suite &suite, const std::vector<BenchPoint> &points, const AnswerFunction &answer,
                     const BenchProgressFunction &onProgress, std::stop_token stop, const BootstrapOptions &options)
{
    BenchReport report;
    report.suite = suite.name;
    report.version = suite.version;
    report.scorer = suite.scorer;
    for (const BenchPoint &point : points) {
        BenchRun run;
        run.point = point;
        report.runs.push_back(std::move(run));
    }
    BenchProgress progress;
    progress.total = int(suite.samples.size() * points.size());
    for (const SuiteSample &sample : suite.samples) {
        for (BenchRun &run : report.runs) {
            if (stop.stop_requested())
                throw Error(ErrorCode::Cancelled, "the benchmark was cancelled");
            run.results.push_back(answerOrExplain(answer, sample, run.point));
            run.scores.push_back(scoreSample(suite.scorer, run.results.back().answer, sample));
            if (!onProgress)
                continue;
            ++progress.done;
            progress.point = &run.point;
            progress.sample = &sample;
            progress.result = &run.results.back();
            progress.score = run.scores.back();
            onProgress(progress);
        }
    }
    finishReport(suite, report, options);
    return report;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/runner.h"

#include <algorithm>

#include "core/vtcbench/score.h"
#include "core/vtcbench/scorer.h"
#include "qmop/error.h"
#include "qmop/has_budget.h"

namespace qmop {

namespace {

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

// The suite as far as a run has answered it.
Suite answeredPart(const Suite &suite, std::size_t answers)
{
    Suite part = suite;
    part.samples.resize(answers);
    return part;
}

void finishReport(const Suite &whole, BenchReport &report, const BootstrapOptions &options)
{
    for (BenchRun &run : report.runs) {
        const Suite suite = answeredPart(whole, run.results.size());
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

SuiteRun::SuiteRun(Suite suite, const std::vector<BenchPoint> &points)
    : m_suite(std::move(suite))
{
    for (const BenchPoint &point : points) {
        BenchRun run;
        run.point = point;
        m_runs.push_back(std::move(run));
    }
}

int SuiteRun::total() const
{
    return int(m_suite.samples.size() * m_runs.size());
}

const SuiteSample &SuiteRun::sample() const
{
    return m_suite.samples[std::size_t(m_done) / m_runs.size()];
}

const BenchPoint &SuiteRun::point() const
{
    return m_runs[std::size_t(m_done) % m_runs.size()].point;
}

double SuiteRun::take(SampleResult result)
{
    BenchRun &run = m_runs[std::size_t(m_done) % m_runs.size()];
    const double score = scoreSample(m_suite.scorer, result.answer, sample());
    run.results.push_back(std::move(result));
    run.scores.push_back(score);
    ++m_done;
    return score;
}

BenchReport SuiteRun::withoutSummary() const
{
    BenchReport report;
    report.suite = m_suite.name;
    report.version = m_suite.version;
    report.scorer = m_suite.scorer;
    report.samples = m_suite.samples;
    report.runs = m_runs;
    return report;
}

BenchReport SuiteRun::report(const BootstrapOptions &options) const
{
    BenchReport report = withoutSummary();
    const std::size_t complete = m_runs.empty() ? 0 : std::size_t(m_done) / m_runs.size();
    for (BenchRun &run : report.runs) {
        run.results.resize(complete);
        run.scores.resize(complete);
    }
    finishReport(m_suite, report, options);
    return report;
}

BenchRecord SuiteRun::record() const
{
    return recordOf(withoutSummary());
}

BenchRecord recordOf(const BenchReport &report)
{
    BenchRecord record{report.suite, report.version, report.scorer, report.model, report.samples, {}, {}};
    for (const BenchRun &run : report.runs) {
        BenchMethod method{run.point, run.modelHash, run.results, run.scores};
        if (method.modelHash.empty() && !run.results.empty())
            method.modelHash = run.results.front().modelHash;
        record.methods.push_back(std::move(method));
    }
    return record;
}

BenchReport runSuite(const Suite &suite, const std::vector<BenchPoint> &points, const AnswerFunction &answer,
                     const BenchProgressFunction &onProgress, std::stop_token stop, const BootstrapOptions &options)
{
    SuiteRun run(suite, points);
    while (!run.atEnd()) {
        if (stop.stop_requested())
            throw Error(ErrorCode::Cancelled, "the benchmark was cancelled");
        const SuiteSample &sample = run.sample();
        const BenchPoint &point = run.point();
        const SampleResult result = answerOrExplain(answer, sample, point);
        const double score = run.take(result);
        if (onProgress)
            onProgress({run.done(), run.total(), &point, &sample, &result, score});
    }
    return run.report(options);
}

} // namespace qmop

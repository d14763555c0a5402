// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench_suite.h"

#include <algorithm>
#include <cstdio>

namespace qmop::bench {
namespace {

// Keeps the fastest repetition of each benchmark: other work on the machine only
// ever adds time.
class FastestReporter : public benchmark::ConsoleReporter {
public:
    explicit FastestReporter(bool byCpuTime)
        : ConsoleReporter(OO_Tabular)
        , m_byCpuTime(byCpuTime)
    {
    }

    void ReportRuns(const std::vector<Run> &runs) override
    {
        for (const Run &run : runs) {
            if (run.run_type != Run::RT_Iteration || run.error_occurred || run.iterations == 0)
                continue;
            const double sum = m_byCpuTime ? run.cpu_accumulated_time : run.real_accumulated_time;
            const double seconds = sum / double(run.iterations);
            const auto [entry, fresh] = m_seconds.emplace(run.run_name.function_name, seconds);
            if (!fresh)
                entry->second = std::min(entry->second, seconds);
        }
        ConsoleReporter::ReportRuns(runs);
    }

    const std::map<std::string, double> &seconds() const { return m_seconds; }

private:
    bool m_byCpuTime;
    std::map<std::string, double> m_seconds;
};

std::string rate(const Work &work, double seconds)
{
    char text[64] = "";
    if (work.macs > 0)
        std::snprintf(text, sizeof text, "%.1f GFLOP/s", 2e-9 * work.macs / seconds);
    else if (work.bytes > 0)
        std::snprintf(text, sizeof text, "%.2f GB/s", 1e-9 * work.bytes / seconds);
    else if (work.items > 0)
        std::snprintf(text, sizeof text, "%.1f pictures/s", work.items / seconds);
    return text;
}

} // namespace

void BenchSuite::add(const std::string &name, const Work &work, std::function<Body()> prepare)
{
    m_work[name] = work;
    benchmark::RegisterBenchmark(name.c_str(),
                                 [prepare](benchmark::State &state) {
                                     const Body body = prepare();
                                     body(); // packs weights, warms caches
                                     for (auto iteration : state) {
                                         static_cast<void>(iteration);
                                         body();
                                     }
                                 })
        ->Unit(benchmark::kMillisecond)
        ->MeasureProcessCPUTime()
        ->UseRealTime();
}

void BenchSuite::run(bool byCpuTime)
{
    FastestReporter reporter(byCpuTime);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    const auto &seconds = reporter.seconds();
    std::printf("\nFastest repetition of each, %s / that of the reference:\n", byCpuTime ? "CPU time" : "time");
    for (const Comparison &comparison : m_comparisons) {
        const auto measured = seconds.find(comparison.measured), reference = seconds.find(comparison.reference);
        if (measured == seconds.end() || reference == seconds.end())
            continue;
        std::printf("%-58s %6.3f   %9.3f ms %-16s against %9.3f ms %-16s %s\n", comparison.title.c_str(),
                    measured->second / reference->second, 1e3 * measured->second,
                    rate(m_work[comparison.measured], measured->second).c_str(), 1e3 * reference->second,
                    rate(m_work[comparison.reference], reference->second).c_str(), comparison.note.c_str());
    }
}

} // namespace qmop::bench

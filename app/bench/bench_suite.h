// SPDX-License-Identifier: GPL-3.0-or-later
//
// Benchmarks in named pairs: what we run beside what the machine could do, in
// one run. Absolute times of one machine say nothing about another; ratios do.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace qmop::bench {

// Work of one iteration: at most one of them is shown as a rate.
struct Work {
    double macs = 0; // multiply-accumulates; 2 floating-point operations each
    double bytes = 0; // read from memory
    double items = 0; // pictures
};

// A line of the report: time(`measured`) / time(`reference`).
struct Comparison {
    std::string title;
    std::string measured;
    std::string reference;
    std::string note; // what to hold the ratio against
};

class BenchSuite {
public:
    // `body` is one iteration; `prepare` builds what it needs and is not timed,
    // and not called where the filter leaves the benchmark out.
    using Body = std::function<void()>;
    void add(const std::string &name, const Work &work, std::function<Body()> prepare);
    void compare(Comparison comparison) { m_comparisons.push_back(std::move(comparison)); }

    // Runs what the command line selects, then prints the comparisons of which
    // both sides ran. `byCpuTime`: compare the process's CPU time on all threads,
    // not the time on the clock: the ratios then hold on a busy machine too (with
    // OMP_WAIT_POLICY=passive, so that waiting threads do not count).
    void run(bool byCpuTime);

private:
    std::map<std::string, Work> m_work;
    std::vector<Comparison> m_comparisons;
};

} // namespace qmop::bench

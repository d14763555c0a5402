// SPDX-License-Identifier: GPL-3.0-or-later
//
// qmop-bench: our code beside what the machine could do, as ratios in one run.
#include "app/bench/bench_suite.h"
#include "app/bench/network_benches.h"
#include "app/bench/trace_bench.h"
#include "app/bench/training_bench.h"
#include "app/bench/window_start.h"
#include "models/checkpoint/compute_type.h"
#include "qmop/error.h"

#include <ATen/Parallel.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

struct Options {
    std::filesystem::path model; // empty: no tracing bench
    std::filesystem::path recipe; // empty: no training bench
    int threads = 0; // 0: all
    bool cpuTime = false;
};

constexpr const char *usage = R"(qmop-bench [--model FOLDER] [--threads N] [--cpu-time] [Google Benchmark's options]

Networks against bare matrix products and memory reads of the same sizes, the
window's start against an empty window's, and ratios at the end. Useful options:
  --model FOLDER                 also measure what a full trace costs (needs a trained QMoP)
  --recipe FILE                  also measure a step of each of its training stages
  --threads N                    threads (default: all)
  --cpu-time                     compare CPU time: for a busy machine (set OMP_WAIT_POLICY=passive)
  --benchmark_filter=embedded    only the embedded model's sizes (llava: LLaVA-1.5-7B's; 6 GB of memory)
  --benchmark_repetitions=N      fastest of N is compared (default 3)
)";

// Takes our own options out of the arguments; the rest is Google Benchmark's.
Options takeOptions(std::vector<char *> &arguments)
{
    Options options;
    std::vector<char *> rest{arguments[0]};
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string argument = arguments[i];
        if (argument == "--help") {
            std::fputs(usage, stdout);
            std::exit(0);
        } else if (argument == "--cpu-time") {
            options.cpuTime = true;
        } else if (argument == "--model" && i + 1 < arguments.size()) {
            options.model = arguments[++i];
        } else if (argument == "--recipe" && i + 1 < arguments.size()) {
            options.recipe = arguments[++i];
        } else if (argument == "--threads" && i + 1 < arguments.size()) {
            options.threads = std::atoi(arguments[++i]);
        } else {
            rest.push_back(arguments[i]);
        }
    }
    arguments = rest;
    return options;
}

} // namespace

int main(int argc, char **argv)
{
    using namespace qmop;
    std::vector<char *> arguments(argv, argv + argc);
    const Options options = takeOptions(arguments);
    // Interleaved repetitions: a change of the machine's mood meets both sides of
    // a ratio. Before the user's own, which win.
    std::string repetitions = "--benchmark_repetitions=3", interleaving = "--benchmark_enable_random_interleaving=true";
    std::string shortTime = "--benchmark_min_time=0.2";
    arguments.insert(arguments.begin() + 1, {repetitions.data(), interleaving.data(), shortTime.data()});
    int count = int(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
        std::fputs(usage, stderr);
        return exitCode(ErrorCode::InvalidArgument);
    }
    try {
        if (options.threads > 0)
            at::set_num_threads(options.threads);
        std::vector<at::ScalarType> types{at::kFloat};
        if (multipliesBfloat16())
            types.push_back(at::kBFloat16);
        bench::BenchSuite suite;
        bench::addMachinePeaks(suite, types);
        bench::addNetworks(suite, types);
        bench::addWindowStart(suite);
        if (!options.model.empty())
            bench::addTracing(suite, options.model, options.threads);
        if (!options.recipe.empty())
            bench::addTrainingSteps(suite, options.recipe, types);
        suite.run(options.cpuTime);
    } catch (const Error &error) {
        std::fprintf(stderr, "qmop-bench: %s (%s)\n", error.what(), error.hint().c_str());
        return exitCode(error.code());
    }
    return 0;
}

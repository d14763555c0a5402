// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/trace_bench.h"

#include "core/pipeline/pipeline.h"
#include "qmop/error.h"

#include <memory>

namespace qmop::bench {
namespace {

constexpr int side = 256;

void appendLittleEndian(std::vector<std::uint8_t> &bytes, std::uint32_t value, int count)
{
    for (int i = 0; i < count; ++i)
        bytes.push_back(std::uint8_t(value >> (8 * i)));
}

// A noisy picture as a BMP file; `number` makes it a new one for the cache.
std::vector<std::uint8_t> makeBitmap(std::uint32_t number)
{
    std::vector<std::uint8_t> bytes{'B', 'M'};
    appendLittleEndian(bytes, 54 + side * side * 3, 4);
    appendLittleEndian(bytes, 0, 4);
    for (const std::uint32_t value : {54, 40, side, side})
        appendLittleEndian(bytes, value, 4);
    appendLittleEndian(bytes, 1, 2);
    appendLittleEndian(bytes, 24, 2);
    for (const std::uint32_t value : {0, side * side * 3, 2835, 2835, 0, 0})
        appendLittleEndian(bytes, value, 4);
    std::uint32_t state = number + 1;
    for (int i = 0; i < side * side * 3; ++i) {
        state = state * 1664525u + 1013904223u;
        bytes.push_back(std::uint8_t(state >> 24));
    }
    return bytes;
}

} // namespace

void addTracing(BenchSuite &suite, const std::filesystem::path &model, int threads)
{
    const std::vector<int> budgets = trainedBudgets(model);
    if (budgets.empty())
        throw Error(ErrorCode::InvalidModel, model.string() + " holds no trained QMoP",
                    "give a checkpoint folder with a qmop-<budget> subfolder");
    const auto pictures = std::make_shared<std::uint32_t>(0);
    const auto pipeline = std::make_shared<std::shared_ptr<Pipeline>>(); // one for both, made when the first one runs
    for (const auto &[name, level] : {std::pair{"run-traced", TraceLevel::Full}, {"run", TraceLevel::Answer}}) {
        suite.add(name, {.items = 1}, [=, level = level, budget = budgets.front()] {
            if (!*pipeline) {
                EngineConfig config;
                config.defaultModel = model;
                config.threads = threads;
                *pipeline = std::make_shared<Pipeline>(config);
            }
            return [=] {
                RunRequest request;
                request.image.bytes = makeBitmap(++*pictures);
                request.question = "what is this?";
                request.budget = budget;
                request.trace = level;
                (*pipeline)->run(request);
            };
        });
    }
    suite.compare({"whole run with full trace / without", "run-traced", "run", "(goal: at most 1.03)"});
}

} // namespace qmop::bench

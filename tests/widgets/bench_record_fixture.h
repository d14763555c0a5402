// SPDX-License-Identifier: GPL-3.0-or-later
//
// A benchmark's answers of which every filter's result can be counted by hand.
#pragma once

#include "qmop/bench_record.h"

#include <cmath>
#include <memory>

namespace qmop::fixture {

// Sample i has dimension i % 5 (GU, SC, RC, SE, LD), type "even" or "odd", kept
// share 0.05 * (i % 20), entropy 0.1 * (i % 10). With all visual tokens every third
// is wrong (0, 3, ...); "qmop · 64" is wrong where i is even, "qmop · 16" always.
inline std::shared_ptr<BenchRecord> makeBenchRecord(int samples = 30, const std::string &name = "counted")
{
    auto record = std::make_shared<BenchRecord>();
    record->suite = name;
    record->version = "1";
    record->scorer = "exact";
    record->model = "scenes-tiny";
    record->methods.resize(3);
    record->methods[0].point = {"none", 0};
    record->methods[1].point = {"qmop", 64};
    record->methods[2].point = {"qmop", 16};
    for (BenchMethod &method : record->methods)
        method.modelHash = method.point.budget ? "m" + std::to_string(method.point.budget) : "base";
    for (int i = 0; i < samples; ++i) {
        const std::string number = std::to_string(i);
        record->samples.push_back({"s" + number,
                                   "p" + std::to_string(i / 2) + ".png",
                                   "what is number " + number + "?",
                                   {"right" + number},
                                   allDimensions[std::size_t(i % 5)],
                                   i % 2 ? "odd" : "even"});
        for (BenchMethod &method : record->methods) {
            const bool right = method.point.compressor == "none" ? i % 3 != 0 : method.point.budget == 64 && i % 2 == 1;
            SampleResult result;
            result.answer = right ? "right" + number : "wrong";
            result.modelHash = method.modelHash;
            result.probability = 0.5 + 0.01 * (i % 50);
            result.margin = 0.02 * (i % 50);
            result.seconds = 0.1;
            result.keptShare = method.point.budget == 0 ? 1 : 0.05 * (i % 20);
            if (method.point.budget > 0) {
                const float pool = 0.1F * float(i % 10);
                result.alpha = PerBranch<float>{{pool, 0.0F, 1 - pool}};
                result.entropy = 0.1 * (i % 10);
            }
            method.results.push_back(result);
            method.scores.push_back(right ? 1 : 0);
        }
    }
    return record;
}

} // namespace qmop::fixture

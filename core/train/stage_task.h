// SPDX-License-Identifier: GPL-3.0-or-later
//
// What differs between the stages of training: data, loss, what is trained.
#pragma once

#include "models/checkpoint/weights.h"
#include "qmop/branch.h"
#include "qmop/suite.h"

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qmop::train {

// What a step is told, and what it says about itself for the log.
struct StepReport {
    std::vector<std::pair<std::string, double>> parts; // unweighted losses
    std::optional<double> whole; // loss of all processes together, where there are several
    std::optional<double> tau, gamma; // stage 2
    double waited = 0; // seconds, for the step's batch
    // Mean routing weights of the step's questions per dimension ("GU", or "all" for those without), where a router
    // is trained.
    std::map<std::string, PerBranch<double>> alpha;
};

class StageTask {
public:
    virtual ~StageTask() = default;

    // The stage's parameters: float32 leaves that require a gradient.
    virtual const TensorMap &trained() const = 0;
    // Whether a parameter is a matrix of a transformer block, Muon's kind.
    virtual bool isBlockMatrix(const std::string &name) const = 0;
    // Starts making the batches of the steps first ... last - 1.
    virtual void begin(std::int64_t first, std::int64_t last) = 0;
    // Loss of the next of these steps, with its graph. Runs under autocast.
    // `stop` is polled between layers and throws to stop.
    virtual at::Tensor loss(std::int64_t step, StepReport &report, const std::function<void()> &stop) = 0;
    // Accuracies in percent on held-out scenes. Runs under autocast, without gradient.
    virtual nlohmann::json evaluate(int pictures, const std::function<void()> &stop = {}) = 0;
};

// Marks float32 tensors as leaves that gather gradients, and returns them.
TensorMap markTrained(TensorMap &tensors, const std::function<bool(const std::string &)> &chosen);

} // namespace qmop::train

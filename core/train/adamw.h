// SPDX-License-Identifier: GPL-3.0-or-later
//
// AdamW (Loshchilov and Hutter 2019, algorithm 2) with PyTorch's conventions:
//   p -= rate decay p;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
//   p -= rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)
#pragma once

#include "models/checkpoint/weights.h"

#include <cstdint>
#include <string>

namespace qmop::train {

struct AdamWConfig {
    double beta1 = 0.9;
    double beta2 = 0.98;
    double epsilon = 1e-8;
    double weightDecay = 0; // of tensors with two dimensions or more; biases, norms and scales are not decayed
};

class AdamW {
public:
    // `parameters`: float32 leaves that share storage with the caller's.
    AdamW(TensorMap parameters, const AdamWConfig &config);

    // One update from the gradients of the parameters; one without a gradient
    // counts as having a zero one. Gradients are cleared.
    void step(double rate);

    // Moments and step count under "adamw.": put into `state`, or taken from it.
    // load() throws Error{InvalidModel} naming a tensor that is missing or misshapen.
    void save(TensorMap &state) const;
    void load(const TensorMap &state);

private:
    TensorMap m_parameters;
    AdamWConfig m_config;
    TensorMap m_first; // m
    TensorMap m_second; // v
    std::int64_t m_steps = 0;
};

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Muon (Jordan et al. 2024): momentum whose matrix is replaced by a nearly
// orthogonal one before it is applied. For the matrices of transformer blocks.
//   m = b m + (1 - b) g;  u = (1 - b) g + b m (Nesterov);
//   p -= rate decay p;  p -= rate max(1, rows / columns)^0.5 orthogonalise(u)
#pragma once

#include "models/checkpoint/weights.h"

#include <string>
#include <vector>

namespace qmop::train {

struct MuonConfig {
    double momentum = 0.95;
    double weightDecay = 0.01;
    int iterations = 5;
    at::ScalarType type = at::kFloat; // in which the iteration multiplies
};

// Five-step quintic Newton-Schulz iteration X <- a X + (b A + c A^2) X with
// A = X X^T and (a, b, c) = (3.4445, -4.7750, 2.0315), begun at X / ||X||_F:
// brings all singular values into about [0.7, 1.2]. matrices: [K, rows, columns];
// returns float32 of the same shape.
at::Tensor orthogonalise(const at::Tensor &matrices, int iterations, at::ScalarType type);

class Muon {
public:
    // `parameters`: float32 matrices that share storage with the caller's.
    Muon(TensorMap parameters, const MuonConfig &config);

    // One update from the gradients; they are cleared. A matrix without a
    // gradient counts as having a zero one.
    void step(double rate);

    // Momenta under "muon.", as AdamW's.
    void save(TensorMap &state) const;
    void load(const TensorMap &state);

private:
    TensorMap m_parameters;
    MuonConfig m_config;
    TensorMap m_momentum;
    std::vector<std::vector<std::string>> m_groups; // names of one shape: iterated in one batch
};

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The matrix products of a network and nothing else: the floor of its time.
#pragma once

#include "models/checkpoint/model_config.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace qmop::bench {

// `batch` products [m, k] x [k, n].
struct Product {
    std::int64_t batch = 1;
    std::int64_t m = 0;
    std::int64_t n = 0;
    std::int64_t k = 0;
    bool isLinear = true; // the right side is a weight, stored [n, k]
};

double macs(const std::vector<Product> &products);

// The same for so many pictures or sequences at once.
std::vector<Product> times(std::vector<Product> products, std::int64_t batch);

// One picture through the vision tower: patch embedding, and per layer the four
// projections, Q K^T, the weighted sum of V and the MLP.
std::vector<Product> visionProducts(const VisionConfig &config);

// `length` rows at once through the decoder, without the vocabulary. Attention
// is counted whole (both triangles), as a plain product computes it.
std::vector<Product> decoderProducts(const DecoderConfig &config, std::int64_t length);

// Operands and results of a chain, allocated once.
class GemmChain {
public:
    GemmChain(const std::vector<Product> &products, at::ScalarType type);

    void run();

private:
    struct Operands {
        at::Tensor left;
        at::Tensor right;
        at::Tensor result;
    };
    std::vector<Operands> m_operands;
};

} // namespace qmop::bench

// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether a router chooses by the question: what its weights tell about the type
// of question, and what they win over weights that do not belong to the question.
// For reports only: no loss and no input of a network sees a question's type.
#pragma once

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace qmop::train {

// Mutual information in bits between a question's label and the branch, with
// p(branch | question) = weights: sum_t p(t) sum_k p(k|t) log2(p(k|t) / p(k)).
// labels: [Q]; weights: [Q, 3], rows sum to 1. 0 for a router that weighs all
// questions alike; at most log2(3). Few questions give more than 0 by chance.
double mutualInformation(const std::vector<std::string> &labels, const at::Tensor &weights);

// A fixed permutation of 0 ... n - 1. [n] int64
at::Tensor permutation(std::int64_t n, std::uint64_t seed);

class RoutingReport {
public:
    // Types of some questions, the weights that inference fused them with [Q, 3],
    // and whether the answer was right with these weights, with another question's and
    // with the mean of all.
    void add(const std::vector<std::string> &types, const at::Tensor &weights, const std::vector<bool> &own,
             const std::vector<bool> &shuffled, const std::vector<bool> &mean);

    // {"mutual_information", "by_chance" (the same with weights permuted over the
    // questions), "own", "shuffled", "mean" (percent right), "own_only" and
    // "shuffled_only" (questions that just one of the two got right: for a sign test)}.
    nlohmann::json json() const;

private:
    std::vector<std::string> m_types;
    std::vector<at::Tensor> m_weights;
    std::vector<bool> m_own, m_shuffled, m_mean;
};

} // namespace qmop::train

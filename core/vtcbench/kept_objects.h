// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether pruning follows the question: how many of the patches that it keeps
// show what is asked for, under several rules side by side.
#pragma once

#include "core/vtcbench/bootstrap.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qmop {

// One way to rank patches: lambda * importance + (1 - lambda) * sign * relevance.
struct KeptRule {
    std::string name;
    double lambda = 0.5; // 1: class attention alone
    int sign = 1; // of the relevance
};

// Means over questions, in shares of 1.
struct KeptShare {
    double kept = 0; // of the kept patches, how many show what is asked for
    Interval interval; // 95 % of it, over the questions
    double found = 0; // of the patches that show it, how many are kept
    double timesRandom = 0; // kept / what keeping patches at random would give
};

class KeptObjects {
public:
    // budget: patches kept, at least 1. lambda: the model's.
    KeptObjects(int budget, double lambda);

    // One question. importance, relevance: [N], min-max scaled as in a run's trace, relevance with `sign`; asked: [N],
    // 1 where a patch shows what is asked for, at least one.
    void add(std::span<const float> importance, std::span<const float> relevance, int sign,
             std::span<const std::uint8_t> asked);

    const std::vector<KeptRule> &rules() const { return m_rules; }
    int questions() const { return int(m_random.size()); }
    // Mean share of the patches that show what is asked for: what keeping any number at random gives.
    double random() const;
    KeptShare share(std::size_t rule) const;

private:
    int m_budget;
    std::vector<KeptRule> m_rules;
    std::vector<double> m_random; // [questions]
    std::vector<std::vector<double>> m_kept, m_found; // [rules][questions]
};

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The choice of one token from its logits, in double precision on the host: the
// same on every machine that gives the same logits.
#pragma once

#include "models/tokenizer/tokenizer.h"
#include "qmop/run_trace.h"

#include <span>
#include <utility>
#include <vector>

namespace qmop {

struct GreedyToken {
    int id = 0; // highest logit; of equal ones the lowest id
    double logProbability = 0;
    std::vector<std::pair<int, double>> alternatives; // id and probability, most probable first
};

// Throws Error{InvalidModel} where a logit is not a number. topK >= 0.
GreedyToken chooseGreedily(std::span<const float> logits, int topK);

// Natural logarithm of the probability of one token; the most probable one gets
// the value that chooseGreedily gives it, to the bit. Throws like it.
double logProbabilityOf(std::span<const float> logits, int id);

DecodedToken describeToken(const GreedyToken &token, const Tokenizer &tokenizer);

} // namespace qmop

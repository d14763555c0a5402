// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/answer_attention.h"

#include <numeric>

namespace qmop {

namespace {

bool hasRow(const RunTrace &trace, int answerToken)
{
    return trace.attention && answerToken >= 0 && answerToken < trace.attention->tokens();
}

}

std::vector<float> attentionOnPatches(const RunTrace &trace, int answerToken)
{
    const Provenance &provenance = trace.provenance;
    if (!hasRow(trace, answerToken) || provenance.tokens != trace.attention->visualTokens)
        return {};
    const auto weights = trace.attention->row(answerToken);
    std::vector<double> sums(std::size_t(provenance.patches), 0.0);
    for (int token = 0; token < provenance.tokens; ++token) {
        const auto shares = provenance.row(token);
        for (std::size_t patch = 0; patch < sums.size(); ++patch)
            sums[patch] += double(weights[std::size_t(token)]) * double(shares[patch]);
    }
    return {sums.begin(), sums.end()};
}

double visualShare(const RunTrace &trace, int answerToken)
{
    if (!hasRow(trace, answerToken))
        return 0;
    const auto weights = trace.attention->row(answerToken);
    return std::accumulate(weights.begin(), weights.end(), 0.0);
}

} // namespace qmop

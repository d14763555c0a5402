// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/greedy_token.h"

#include "qmop/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qmop {

namespace {

struct Normaliser {
    float highest = 0;
    double sum = 0; // of exp(logit - highest)
};

Normaliser normalise(std::span<const float> logits)
{
    if (std::any_of(logits.begin(), logits.end(), [](float value) { return std::isnan(value); })
        || !std::isfinite(*std::max_element(logits.begin(), logits.end())))
        throw Error(ErrorCode::InvalidModel, "the decoder gave logits that are not numbers",
                    "the checkpoint is damaged: use another one");
    Normaliser scale{*std::max_element(logits.begin(), logits.end()), 0};
    for (float value : logits)
        scale.sum += std::exp(double(value) - double(scale.highest));
    return scale;
}

} // namespace

double logProbabilityOf(std::span<const float> logits, int id)
{
    const Normaliser scale = normalise(logits);
    return double(logits[std::size_t(id)]) - double(scale.highest) - std::log(scale.sum);
}

GreedyToken chooseGreedily(std::span<const float> logits, int topK)
{
    const auto [top, sum] = normalise(logits);
    const auto highest = std::find(logits.begin(), logits.end(), top);

    GreedyToken token;
    token.id = int(highest - logits.begin());
    token.logProbability = -std::log(sum);
    std::vector<int> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    const auto count = std::min<std::size_t>(std::size_t(std::max(0, topK)), order.size());
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(count), order.end(), [&](int a, int b) {
        const float left = logits[std::size_t(a)];
        const float right = logits[std::size_t(b)];
        return left != right ? left > right : a < b;
    });
    for (std::size_t i = 0; i < count; ++i)
        token.alternatives.emplace_back(order[i],
                                        std::exp(double(logits[std::size_t(order[i])]) - double(*highest)) / sum);
    return token;
}

DecodedToken describeToken(const GreedyToken &token, const Tokenizer &tokenizer)
{
    DecodedToken out{token.id, tokenizer.tokenText(token.id), std::exp(token.logProbability), {}};
    for (const auto &[id, probability] : token.alternatives)
        out.alternatives.push_back({id, tokenizer.tokenText(id), probability});
    return out;
}

} // namespace qmop

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/routing_report.h"

#include "core/train/random.h"
#include "qmop/branch.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace qmop::train {
namespace {

constexpr int permutationsForChance = 20;

double percentOf(const std::vector<bool> &right)
{
    const double share
        = double(std::count(right.begin(), right.end(), true)) / double(std::max<std::size_t>(1, right.size()));
    return std::round(share * 1000) / 10;
}

std::int64_t onlyFirst(const std::vector<bool> &first, const std::vector<bool> &second)
{
    std::int64_t count = 0;
    for (std::size_t i = 0; i < first.size(); ++i)
        count += first[i] && !second[i] ? 1 : 0;
    return count;
}

} // namespace

double mutualInformation(const std::vector<std::string> &labels, const at::Tensor &weights)
{
    struct Sums {
        double questions = 0;
        std::array<double, branchCount> weights{};
    };
    const at::Tensor values = weights.to(at::kDouble).contiguous();
    const double *row = values.data_ptr<double>();
    std::map<std::string, Sums> byLabel;
    Sums all;
    for (const std::string &label : labels) {
        for (Sums *sums : {&byLabel[label], &all}) {
            sums->questions += 1;
            for (std::size_t k = 0; k < branchCount; ++k)
                sums->weights[k] += row[k];
        }
        row += branchCount;
    }
    double bits = 0;
    for (const auto &[label, sums] : byLabel)
        for (std::size_t k = 0; k < branchCount; ++k) {
            const double given = sums.weights[k] / sums.questions;
            if (given > 0)
                bits += sums.questions / all.questions * given * std::log2(given * all.questions / all.weights[k]);
        }
    return std::max(0.0, bits);
}

at::Tensor permutation(std::int64_t n, std::uint64_t seed)
{
    at::Tensor order = at::arange(n, at::kLong);
    std::int64_t *data = order.data_ptr<std::int64_t>();
    StepRandom random(seed, 0x73687566, 0);
    for (std::int64_t i = n - 1; i > 0; --i)
        std::swap(data[i], data[random.below(int(i) + 1)]);
    return order;
}

void RoutingReport::add(const std::vector<std::string> &types, const at::Tensor &weights, const std::vector<bool> &own,
                        const std::vector<bool> &shuffled, const std::vector<bool> &mean)
{
    m_types.insert(m_types.end(), types.begin(), types.end());
    m_weights.push_back(weights.to(at::kDouble));
    m_own.insert(m_own.end(), own.begin(), own.end());
    m_shuffled.insert(m_shuffled.end(), shuffled.begin(), shuffled.end());
    m_mean.insert(m_mean.end(), mean.begin(), mean.end());
}

nlohmann::json RoutingReport::json() const
{
    if (m_types.empty())
        return nlohmann::json::object();
    const at::Tensor weights = at::cat(m_weights, 0);
    double chance = 0;
    for (int i = 0; i < permutationsForChance; ++i)
        chance += mutualInformation(m_types, weights.index_select(0, permutation(weights.size(0), std::uint64_t(i))))
            / permutationsForChance;
    const auto rounded = [](double bits) { return std::round(bits * 1e4) / 1e4; };
    return {{"mutual_information", rounded(mutualInformation(m_types, weights))},
            {"by_chance", rounded(chance)},
            {"own", percentOf(m_own)},
            {"shuffled", percentOf(m_shuffled)},
            {"mean", percentOf(m_mean)},
            {"own_only", onlyFirst(m_own, m_shuffled)},
            {"shuffled_only", onlyFirst(m_shuffled, m_own)}};
}

} // namespace qmop::train

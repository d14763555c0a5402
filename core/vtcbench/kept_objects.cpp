// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/kept_objects.h"

#include "qmop/overrides.h"

#include <numeric>

namespace qmop {

namespace {

double meanOf(const std::vector<double> &values)
{
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

// Min-max scaling of the negated values is 1 minus that of the values.
std::vector<float> withSign(std::span<const float> relevance, bool negated)
{
    std::vector<float> values(relevance.begin(), relevance.end());
    if (negated)
        for (float &value : values)
            value = 1 - value;
    return values;
}

}

KeptObjects::KeptObjects(int budget, double lambda)
    : m_budget(budget)
    , m_rules{{"class attention alone", 1, 1},
              {"relevance alone", 0, 1},
              {"relevance alone, negated", 0, -1},
              {"both", lambda, 1},
              {"both, relevance negated", lambda, -1}}
    , m_kept(m_rules.size())
    , m_found(m_rules.size())
{
}

void KeptObjects::add(std::span<const float> importance, std::span<const float> relevance, int sign,
                      std::span<const std::uint8_t> asked)
{
    const double shown = std::accumulate(asked.begin(), asked.end(), 0.0);
    m_random.push_back(shown / double(asked.size()));
    for (std::size_t rule = 0; rule < m_rules.size(); ++rule) {
        const std::vector<float> scores
            = combinedScores(importance, withSign(relevance, sign != m_rules[rule].sign), m_rules[rule].lambda);
        const std::vector<int> kept = keptUnder(scores, {}, m_budget, {});
        double hits = 0;
        for (const int patch : kept)
            hits += asked[std::size_t(patch)];
        m_kept[rule].push_back(hits / double(kept.size()));
        m_found[rule].push_back(hits / shown);
    }
}

double KeptObjects::random() const
{
    return meanOf(m_random);
}

KeptShare KeptObjects::share(std::size_t rule) const
{
    KeptShare share;
    share.kept = meanOf(m_kept[rule]);
    share.interval = bootstrapMean(m_kept[rule]);
    share.found = meanOf(m_found[rule]);
    share.timesRandom = questions() == 0 ? 0 : share.kept / random();
    return share;
}

} // namespace qmop

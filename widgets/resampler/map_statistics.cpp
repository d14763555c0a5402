// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resampler/map_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qmop {

double rowEntropy(std::span<const float> row)
{
    double entropy = 0;
    for (float share : row)
        if (share > 0)
            entropy -= double(share) * std::log(double(share));
    return entropy;
}

double rowOverlap(std::span<const float> a, std::span<const float> b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += double(std::min(a[i], b[i]));
    return sum;
}

int rowPeak(std::span<const float> row)
{
    return int(std::max_element(row.begin(), row.end()) - row.begin());
}

std::vector<int> orderedTokens(const Provenance &provenance, MapOrder order)
{
    std::vector<int> tokens(std::size_t(provenance.tokens));
    std::iota(tokens.begin(), tokens.end(), 0);
    if (order == MapOrder::Token)
        return tokens;
    std::vector<double> key(tokens.size(), 0.0);
    for (int token : tokens) {
        const auto row = provenance.row(token);
        if (order == MapOrder::Entropy)
            key[std::size_t(token)] = rowEntropy(row);
        else if (order == MapOrder::Peak)
            key[std::size_t(token)] = rowPeak(row);
        else // the sum orders like the mean
            for (int other : tokens)
                key[std::size_t(token)] += other == token ? 0 : rowOverlap(row, provenance.row(other));
    }
    std::stable_sort(tokens.begin(), tokens.end(),
                     [&](int a, int b) { return key[std::size_t(a)] < key[std::size_t(b)]; });
    return tokens;
}

} // namespace qmop

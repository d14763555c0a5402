// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers about the maps of the resampler's queries, to sort them by.
#pragma once

#include "qmop/provenance.h"

#include <span>
#include <vector>

namespace qmop {

// In nats, of a row that sums to 1: 0 = one patch, ln N = all alike.
double rowEntropy(std::span<const float> row);

// Sum of the smaller of both shares, 0 = apart, 1 = the same map.
double rowOverlap(std::span<const float> a, std::span<const float> b);

// Patch of the highest share; the first of several.
int rowPeak(std::span<const float> row);

enum class MapOrder { Token, Entropy, Overlap, Peak };

// Token numbers in the order asked for: entropy and mean overlap with the other
// maps ascending, peaks in raster order of their patches. Ties by number.
std::vector<int> orderedTokens(const Provenance &provenance, MapOrder order);

} // namespace qmop

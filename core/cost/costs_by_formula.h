// SPDX-License-Identifier: GPL-3.0-or-later
//
// Costs by formula: multiply-accumulates (MACs; a FLOP count is twice that) and
// bytes of keys and values, for visual tokens only, as the paper counts them.
#pragma once

#include "qmop/branch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace qmop {

struct DecoderShape {
    int layers = 0; // T
    int hidden = 0; // d
    int keyValueWidth = 0; // kvHeads * headDim; d without grouped queries
    int intermediate = 0; // m
};

// T (4 n d^2 + 2 n^2 d + 3 n d m): projections, attention without regard to the
// causal half, gated MLP. With grouped queries two of the four projections are
// narrower: T (2 n d^2 + 2 n d d_kv + 2 n^2 d + 3 n d m).
double prefillMacs(const DecoderShape &shape, int tokens);

// 2 T n d_kv values: keys and values of n tokens, of 2 bytes each by default.
std::int64_t keyValueBytes(const DecoderShape &shape, int tokens, int bytesPerValue = 2);

// What the projector's cost depends on.
struct ProjectorShape {
    int patches = 0; // N
    int budget = 0; // M
    int channels = 0; // C, rows of the vision tower
    int textChannels = 0; // C2, the router's second input
    int jointWidth = 0; // P, CLIP's joint space
    int routerHidden = 0;
    int decoderWidth = 0; // D
};

struct CostItem {
    std::string part; // "pool", "resample", "prune", "router", "fusion", "mlp"
    std::string what; // one line: which product of which shapes
    double macs = 0;
};

// One item per matrix product or weighted sum, as models/projector runs them
// with these branches active and nothing kept from an earlier run (patches in the
// joint space are kept with the picture). The joint space is pruning's alone: no
// other branch makes it be computed. Norms, softmax, GELU and additions are left
// out, as is usual.
std::vector<CostItem> projectorItems(const ProjectorShape &shape, const PerBranch<bool> &active);

// Only the MLP over `tokens` rows: plain LLaVA.
std::vector<CostItem> mlpItems(const ProjectorShape &shape, int tokens);

double totalMacs(const std::vector<CostItem> &items);

} // namespace qmop

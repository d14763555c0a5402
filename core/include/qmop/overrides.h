// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a person changes about a QMoP run to see what follows from it: branches,
// routing weights, and which patches pruning keeps. Nothing set: the plain run.
#pragma once

#include "qmop/branch.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qmop {

struct Overrides {
    // This branch alone makes the tokens, whatever the router says.
    std::optional<Branch> force;
    // A point of the triangle in place of the router's weights: each >= 0, scaled
    // to sum 1. These are the weights of the fusion themselves, so the fusion mode
    // does not apply; a branch of weight 0 is not computed.
    std::optional<PerBranch<double>> alpha;
    // Branches that never enter the tokens; the others' weights are renormalised.
    PerBranch<bool> off{};
    // Share of importance in the pruning score, 0 ... 1, in place of the model's.
    std::optional<double> lambda;
    // How many patches pruning keeps, in place of the budget: every patch with a
    // combined score >= eta, or the keepCount highest. Not both. Any number other than the
    // budget needs pruning alone, because fused branches have equally many tokens.
    std::optional<double> eta;
    std::optional<int> keepCount;
    // Patches (raster order, ascending) that are kept, or dropped, whatever their
    // score. The number of kept patches stays: one forced in pushes the lowest out.
    std::vector<int> keep;
    std::vector<int> drop;

    bool operator==(const Overrides &) const = default;
    bool empty() const { return *this == Overrides{}; }
    // Whether the kept patches do not follow from score and budget alone.
    bool changesKept() const { return eta || keepCount || !keep.empty() || !drop.empty(); }
};

// Throws Error{InvalidArgument} for what contradicts itself or is out of range on
// any model: alpha beside force, all branches off, a patch both kept and dropped, ...
void checkOverrides(const Overrides &overrides);

// lambda * importance + (1 - lambda) * relevance (equation 3) as the engine
// computes it, to the bit. [N] each.
std::vector<float> combinedScores(std::span<const float> importance, std::span<const float> relevance, double lambda);

// Patches that pruning keeps under the overrides, ascending. `excluded` [N]:
// 1 where a patch shows only padding (kept only by force, or where nothing else is
// left); may be empty. Ties go to the lower index. Throws Error{InvalidArgument}
// where the overrides cannot be met: a patch that does not exist, more patches
// forced in than are kept, none left.
std::vector<int> keptUnder(std::span<const float> combined, std::span<const std::uint8_t> excluded, int budget,
                           const Overrides &overrides);

// Options of `qmop run` that ask for the same overrides, one word each; empty
// for no overrides. Numbers are written so that they read back to the bit.
std::vector<std::string> overrideOptions(const Overrides &overrides);

// One line for lists: "K forced · λ 0.30 · 2 in, 1 out". Empty for no overrides.
std::string overridesText(const Overrides &overrides);

} // namespace qmop

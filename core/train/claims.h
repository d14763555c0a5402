// SPDX-License-Identifier: GPL-3.0-or-later
//
// The paper's claims about the branches, tested on trainings of one recipe: which
// variant leads where, by paired bootstrap over the same held-out questions.
#pragma once

#include "core/train/recipe.h"
#include "core/vtcbench/bootstrap.h"
#include "qmop/suite.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace qmop::train {

// Per held-out question the share of a variant's seeds that answered it.
using VariantScores = std::map<std::string, std::vector<double>>;

// The last evaluations of stage2 for `budget` in a log, by variant without its seed ("pool",
// "qmop"), and "none" for the base model's own on all tokens. Variants differ by seed
// alone where their names end in -s2, -s3, ... Throws Error{InvalidArgument} naming
// the file where it holds none.
VariantScores readVariantScores(const Recipe &recipe, const std::filesystem::path &log, int budget);

// Dimensions of the questions of the first held-out pictures, in the order of the scores.
std::vector<Dimension> heldOutDimensions(const std::filesystem::path &atlas, int pictures);

enum class Verdict : std::uint8_t { Holds, DoesNotHold, Undecided };

struct Claim {
    std::string text; // "pooling leads on GU"
    double difference = 0; // points that it leads by
    Interval interval; // 95 %
    Verdict verdict = Verdict::Undecided;
};

// Leads: holds where the interval lies above 0, does not hold where it does not and
// is known to 1.5 points either way. Keeps: holds unless the interval lies below 0
// or is too wide to tell. Claims about variants that are not there are left out.
//   pool leads on GU, SC; prune on LD; resample on SE, RC (against the better of the other two)
//   qmop beats every mixture without router (against the best)
//   qmop keeps what the base answers on all tokens ("none")
std::vector<Claim> testClaims(const VariantScores &scores, const std::vector<Dimension> &dimensions);

// Table of the variants per dimension, then the claims with their verdicts.
std::string claimsText(const VariantScores &scores, const std::vector<Dimension> &dimensions);

} // namespace qmop::train

// SPDX-License-Identifier: GPL-3.0-or-later
//
// One step of each of a recipe's training stages beside the matrix products in it.
#pragma once

#include "app/bench/bench_suite.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <vector>

namespace qmop::bench {

// Steps as the trainer makes them (batches from its prefetching thread, gradients, optimiser) on first weights, whose
// values do not change the time. The products: frozen towers forwards, what is trained forwards and, for each
// operand that needs a gradient, backwards; the small text tower and the branches before the MLP are left out.
// Throws Error{InvalidRecipe, InvalidModel} as the trainer does.
void addTrainingSteps(BenchSuite &suite, const std::filesystem::path &recipe, const std::vector<at::ScalarType> &types);

} // namespace qmop::bench

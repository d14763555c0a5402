// SPDX-License-Identifier: GPL-3.0-or-later
//
// The networks against the machine: at the embedded model's sizes, and at
// LLaVA-1.5-7B's with two of its layers.
#pragma once

#include "app/bench/bench_suite.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace qmop::bench {

// Largest GEMM rates and the memory's read rate, as a scale for the rest.
void addMachinePeaks(BenchSuite &suite, const std::vector<at::ScalarType> &types);

// Vision tower and prefill against their matrix products, decode against a sweep
// over as many bytes, M = 64 against all 256 or 576 tokens, the vision tower's
// training step against its matrix products.
void addNetworks(BenchSuite &suite, const std::vector<at::ScalarType> &types);

} // namespace qmop::bench

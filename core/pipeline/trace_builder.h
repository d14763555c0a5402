// SPDX-License-Identifier: GPL-3.0-or-later
//
// The border between tensors and the trace: everything is copied once to host
// arrays.
#pragma once

#include "core/cost/costs_by_formula.h"
#include "core/pipeline/stages.h"
#include "models/compressors/compressor.h"
#include "qmop/run_trace.h"

namespace qmop {

Provenance toProvenance(const at::Tensor &weights);
RoutingTrace toRoutingTrace(const RoutingOutput &routing);
PruningTrace toPruningTrace(const PruningScores &scores, const ProjectorConfig &config, const Overrides &overrides);
std::vector<BranchTrace> toBranchTraces(const std::vector<BranchRecord> &records);

// By formula and as measured. `active` is set for QMoP compressors, else the
// projector is the MLP over all visual tokens.
Costs toCosts(const ModelConfig &config, int visualTokens, int textTokens, const PerBranch<bool> *active,
              const DecodeResult &decoded);

// What a run says of a picture with that distance; empty up to 1 and where there is none.
std::string unlikeNotice(std::optional<double> pictureDistance);

RunEnvironment describeEnvironment(const LoadedModel &model, const ModelVariant &variant);

} // namespace qmop
